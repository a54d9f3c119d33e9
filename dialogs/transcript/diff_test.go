package transcript_test

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"besedka/dialogs/transcript"
	"besedka/flows"
)

// TestCompare: what an edit changes is told at the first line of each test where
// it shows, whatever that line asserts; an edit that shows nowhere is no
// difference.
func TestCompare(t *testing.T) {
	t.Parallel()
	const test = `- test: сорок лет
  given: { seed: 3 }
  script:
    - { user: привет }
    - { user: "40", at: "-" }
`
	for _, tt := range []struct{ name, old, new, want string }{
		{"a wording", `"Сколько вам лет?"`, `"Ваш возраст?"`, "- text: Здравствуйте! Сколько вам лет?\n+ text: Здравствуйте! Ваш возраст?"},
		{"a step less", "range: 1..120", "range: 50..120", "+ at: hello/age"},
		{"a wording nobody hears", `"Снова вы!"`, `"И снова вы!"`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(survey, tt.old) {
				t.Fatalf("the flow has no %q", tt.old)
			}
			fsys := surveyFiles()
			fsys["flows/hello.test.yaml"] = &fstest.MapFile{Data: []byte(test)}
			old, problems := flows.Load(fsys, vocabulary)
			if old == nil {
				t.Fatal(problems)
			}
			edited := maps.Clone(fsys)
			edited["flows/hello.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(survey, tt.old, tt.new, 1))}
			changed, problems := flows.Load(edited, vocabulary)
			if changed == nil {
				t.Fatal(problems)
			}
			d, problems := transcript.Compare(fsys, old, changed, vocabulary)
			if len(problems) > 0 || d.Tests != 1 {
				t.Fatalf("%d tests, %v", d.Tests, problems)
			}
			told := ""
			for _, p := range d.Parts {
				told += p.String()
			}
			if (told == "") != (tt.want == "") || !strings.Contains(told, tt.want) {
				t.Errorf("told:\n%s\nwant:\n%s", told, tt.want)
			}
		})
	}
}
