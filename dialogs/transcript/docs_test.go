package transcript_test

import (
	"os"
	"regexp"
	"testing"
	"testing/fstest"

	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
	"besedka/flows"
)

var example = regexp.MustCompile("(?s)```yaml\n# файл: ([^\n]+)\n(.*?)```")

// The examples of the language's page are one programme: it is checked and its
// tests are played.
func TestDocs(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/dialog-language.md")
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for _, m := range example.FindAllSubmatch(page, -1) {
		fsys[string(m[1])] = &fstest.MapFile{Data: m[2]}
	}
	v := actions.Vocabulary()
	p, problems := flows.Load(fsys, v)
	for _, problem := range problems {
		t.Error(problem)
	}
	if p == nil {
		t.FailNow()
	}
	report, problems := transcript.Play(fsys, p, v)
	for _, problem := range problems {
		t.Error(problem)
	}
	for _, f := range report.Failures {
		t.Error(f)
	}
	if report.Tests == 0 {
		t.Error("no transcripts were played")
	}
}
