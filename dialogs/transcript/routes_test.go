package transcript_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"besedka/dialogs/transcript"
	"besedka/flows"
)

// Every condition of a list of ways is a branch to cover.
func TestCoverOfRoutes(t *testing.T) {
	t.Parallel()
	report, problems := playFlow(t, `flow: hello
start: { any: true }
steps:
  age:
    ask: "Сколько вам лет?"
    expect: int
    go:
      - { when: answer < 18, go: bye }
      - { when: answer > 60, go: bye }
      - { end: true }
  bye: { say: "Пока.", end: true }
`, `- test: x
  script:
    - { user: привет, bot: age }
    - { user: "61", bot: bye }
    - { user: привет, bot: age }
    - { user: "18", bot: [] }
`)
	if problems != "" || len(report.Failures) > 0 {
		t.Fatalf("failures %v, problems %q", report.Failures, problems)
	}
	want := transcript.Missed{Part: transcript.BranchPart, Name: "age.go.1"}
	want.File, want.Line, want.Col = "flows/hello.yaml", 8, 9
	if got := report.Cover[0].Missed; len(got) != 1 || got[0] != want {
		t.Errorf("missed %v, want %v", got, want)
	}
}

// A note tells which condition led on.
func TestExplainRoutes(t *testing.T) {
	t.Parallel()
	fsys := surveyFiles()
	fsys["flows/hello.yaml"].Data = []byte(`flow: hello
start: { any: true }
steps:
  age: { ask: "Сколько вам лет?", expect: int, go: [ { when: answer < 18, go: bye }, { when: answer > 60, end: true } ] }
  next: { say: "Ладно." }
  bye: { say: "Пока.", end: true }
`)
	for typed, want := range map[string]string{
		"17": "go of step hello/age: answer < 18 holds (flows/hello.yaml:4:54)",
		"18": "go of step hello/age: no condition holds, on to the next",
	} {
		told := explained(t, fsys, "привет", typed)
		if !strings.Contains(told, want) {
			t.Errorf("%s:\n%s\nwant\n%s", typed, told, want)
		}
	}
}

// explained is what a talk tells of its last turn.
func explained(t *testing.T, fsys fstest.MapFS, typed ...string) string {
	t.Helper()
	p, problems := flows.Load(fsys, vocabulary)
	if p == nil {
		t.Fatal(problems)
	}
	talk, problems := transcript.NewTalk(p, vocabulary, transcript.Setting{})
	if talk == nil {
		t.Fatal(problems)
	}
	var told []string
	for _, words := range typed {
		r, err := talk.Do(words)
		if err != nil {
			t.Fatal(err)
		}
		told = nil
		for _, text := range transcript.Explain(r.Notes) {
			told = append(told, text.In("en"))
		}
	}
	return strings.Join(told, "\n")
}
