package transcript_test

import (
	"strings"
	"testing"

	"besedka/dialogs/transcript"
	"besedka/flows"
)

const heard = `flow: hello
start: { any: true }
defaults: { back: [назад] }
steps:
  one: { ask: "Раз?", expect: text, skippable: "Мимо", set: { n: answer }, listen: [{ words: [ой], go: bye }, { words: [ай], go: two }] }
  two: { ask: "Два?", expect: { type: int, range: 1..2 }, set: { m: answer }, retry: ["Нет."], back: [обратно] }
  bye: { say: "Пока.", end: true }
`

// Ways back, round a question and by what a step hears are counted as ways.
func TestCoverOfWhatIsHeard(t *testing.T) {
	t.Parallel()
	report, problems := playFlow(t, heard, `- test: x
  script:
    - { user: привет, bot: one }
    - { user: ай, bot: two }
    - { user: обратно, bot: one }
`)
	if problems != "" || len(report.Failures) > 0 || len(report.Cover) != 1 {
		t.Fatalf("failures %v, problems %q", report.Failures, problems)
	}
	var got []string
	for _, m := range report.Cover[0].Missed {
		got = append(got, m.Name)
	}
	want := "defaults.back one.answer one.skip one.listen.1 two.answer two.retry.1 bye bye.say"
	if strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}

// Each decision about the way back is told with its place.
func TestWhyBack(t *testing.T) {
	t.Parallel()
	fsys := surveyFiles()
	fsys["flows/hello.yaml"].Data = []byte(heard)
	p, problems := flows.Load(fsys, vocabulary)
	if p == nil {
		t.Fatal(problems)
	}
	talk, problems := transcript.NewTalk(p, vocabulary, transcript.Setting{})
	if talk == nil {
		t.Fatal(problems)
	}
	var told []string
	for _, typed := range []string{"привет", "слово", "обратно", "назад", "ай", "назад"} {
		r, err := talk.Do(":say " + typed)
		if err != nil {
			t.Fatal(err)
		}
		for _, note := range transcript.Explain(r.Notes) {
			told = append(told, note.En)
		}
	}
	all := strings.Join(told, "\n")
	for _, want := range []string{
		`the word "обратно" is heard by the entry flows/hello.yaml:6:102: back`,
		"there is no way back from step hello/one",
		`the word "ай" is heard by the entry flows/hello.yaml:5:111: go two`,
		"this is no answer to hello/two: not_a_number",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not told in\n%s", want, all)
		}
	}
}
