package transcript_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"besedka/core/expr"
	"besedka/core/source"
	"besedka/dialogs/transcript"
	"besedka/flows"
)

func surveyFiles() fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range map[string]string{
		"programme.yaml": programme, "profile.yaml": "fields: {}", "segments.yaml": "свои: receipts > 1\nпрочие: receipts == 1\n", "flows/hello.yaml": survey,
	} {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func talk(t *testing.T, s transcript.Setting) (*transcript.Talk, *flows.Programme, fstest.MapFS) {
	t.Helper()
	fsys := surveyFiles()
	p, problems := flows.Load(fs.FS(fsys), vocabulary)
	if p == nil {
		t.Fatal(problems)
	}
	talk, problems := transcript.NewTalk(p, vocabulary, s)
	if talk == nil {
		t.Fatal(problems)
	}
	return talk, p, fsys
}

func said(r transcript.Reply) string {
	var texts []string
	for _, m := range r.Messages {
		texts = append(texts, m.Text)
	}
	return strings.Join(texts, "|")
}

// A talk written down is a test that passes, whatever was typed in it; what
// went wrong on the way is not part of it.
func TestRecord(t *testing.T) {
	t.Parallel()
	answers := []string{"nothing", "given sum=x", "1 sum=100.50"}
	ask := func(transcript.Question) (string, error) {
		typed := answers[0]
		answers = answers[1:]
		return typed, nil
	}
	talk, p, fsys := talk(t, transcript.Setting{Seed: 3, Ask: ask, Facts: map[string]expr.Value{"receipts": expr.CountOf(1)}, Segments: []string{"свои"}})
	for _, step := range []struct{ typed, wrong, want string }{
		{"при\"вет: # '\\ 🙂 \u0001", "", "Сколько вам лет?"},
		{":nothing", "no command :nothing", ""},
		{":press Нет", "no button", ""},
		{":later скоро", "not a span of time", ""},
		{":later 99999999999h", "more than ten years", ""},
		{":later 99999999999999999999d", "more than ten years", ""},
		{":later 3661d", "more than ten years", ""},
		{":event gift", "no event", ""},
		{":begin hello/nowhere", `no step "nowhere"`, ""},
		{":fact receipts=много", "a whole number", ""},
		{"1", "", "Пока."},
		{":begin hello/age", "", "Сколько вам лет?"},
		{":fact receipts=5", "", ""},
		{"500", "", "Столько не живут."},
		{"ПРОПУСТИТЬ", "", ""},
		{":later 2h", "", "Подарок."},
	} {
		r, err := talk.Do(step.typed)
		if got := said(r); err == nil && !strings.HasSuffix(got, step.want) {
			t.Errorf("%s: said %q, want %q", step.typed, got, step.want)
		}
		if (err == nil) != (step.wrong == "") || err != nil && !strings.Contains(worded(err), step.wrong) {
			t.Errorf("%s: %v, want %q", step.typed, err, step.wrong)
		}
	}
	text := talk.Transcript("с кавычкой \"")
	fsys["flows/hello.test.yaml"] = &fstest.MapFile{Data: []byte(text)}
	report, problems := transcript.Play(fsys, p, vocabulary)
	if report.Tests != 1 || len(report.Failures) > 0 || len(problems) > 0 {
		t.Errorf("%v %v\n%s", report.Failures, problems, text)
	}
	for _, want := range []string{"stub: { gift.give: [{ given: { sum: 100.50 } }] }", "segments: [свои]", "at: hello/rest", `later: "2h", bot: [hello/gift.given], at: "-"`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func worded(err error) string {
	if p, ok := errors.AsType[*source.Problem](err); ok {
		return p.In("en")
	}
	return err.Error()
}

// Decisions are told with the place that made them.
func TestExplain(t *testing.T) {
	t.Parallel()
	talk, _, _ := talk(t, transcript.Setting{})
	for _, step := range []struct{ typed, want string }{
		{"привет", "this is the first contact: start with any\n" +
			"step hello/hello (flows/hello.yaml:4:3)\n" +
			"case flows/hello.yaml:6:9 is passed over: receipts > 1 does not hold; not known: receipts\n" +
			"said hello.say (flows/hello.yaml:7:"},
		{"500", "this is no answer to hello/age: too_big\nsaid age.too_big (flows/hello.yaml:14:29): there are no other cases; variant 1 of 1"},
		{"Пропустить", "the button skip of question hello/age is tapped\noutcome skip of step hello/age (flows/hello.yaml:15:30)\nstep hello/rest (flows/hello.yaml:16:3)"},
	} {
		r, err := talk.Do(step.typed)
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, text := range transcript.Explain(r.Notes) {
			told = append(told, text.In("en"))
		}
		if got := strings.Join(told, "\n"); !strings.HasPrefix(got, step.want) {
			t.Errorf("%s:\n%s\nwant\n%s", step.typed, got, step.want)
		}
	}
}

// The setting may come from a file of tests, and must be of this programme.
func TestSetting(t *testing.T) {
	t.Parallel()
	file := []byte("- test: x\n  given: { facts: { receipts: 7 }, channel: webchat }\n  stub: { gift.give: none }\n  script: []\n")
	talk, p, _ := talk(t, transcript.Setting{File: "x.test.yaml", Text: file})
	for _, step := range [][2]string{{"привет", "Снова вы!\n\nСколько вам лет?"}, {":begin hello/gift", "Пока."}} {
		if r, err := talk.Do(step[0]); err != nil || said(r) != step[1] {
			t.Errorf("%s: %q, %v", step[0], said(r), err)
		}
	}
	for want, s := range map[string]transcript.Setting{
		`there is no segment "свой"; did you mean "свои"?`: {Segments: []string{"свой"}},
		`the programme does not speak "de"`:                {Lang: "de"},
		"x.test.yaml:1:3: L107":                            {File: "x.test.yaml", Text: []byte("- test: x\n")},
	} {
		_, problems := transcript.NewTalk(p, vocabulary, s)
		if len(problems) == 0 || !strings.Contains(problems[0].In("en"), want) {
			t.Errorf("%v, want %q", problems, want)
		}
	}
}
