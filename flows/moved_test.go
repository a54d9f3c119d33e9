package flows_test

import (
	"strings"
	"testing"

	"besedka/dialogs/actions"
	"besedka/flows"
)

// movedFlow is a flow with what it says of earlier steps.
func movedFlow(said string) string {
	return "# файл: flows/hello.yaml\nflow: hello\nstart: { words: [привет] }\n" + said + "\nsteps:\n  hi: { ask: \"Как дела?\", buttons: { well: \"Хорошо\" }, go: { well: bye } }\n  bye: { say: \"Пока!\", end: true }\n"
}

// TestMovedLeadsSomewhere: renamings of renamings are followed, circles and names
// that are nowhere are refused.
func TestMovedLeadsSomewhere(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ said, code, lands string }{
		{"moved: { a: b, b: hi }", "", "hi"},
		{"moved: { a: hi }\ndrain: 7d", "", "hi"},
		{"moved: { a: b, b: a }", "L121", ""},
		{"moved: { a: nosuch }", "L121", ""},
		{"moved: { a: a }", "L121", ""},
		{"moved: { hi: bye, a: hi }", "L221", ""},
		{"moved: { a: [hi] }", "L104", ""},
		{"drain: soon", "L124", ""},
	} {
		p, problems := flows.Load(laid(t, movedFlow(tt.said)), actions.Vocabulary())
		switch {
		case tt.code == "" && len(problems) > 0:
			t.Errorf("%s: %v", tt.said, problems[0])
		case tt.code == "":
			if _, step, ok := p.Lands("hello", "a"); step != tt.lands || !ok {
				t.Errorf("%s: a is %q now", tt.said, step)
			}
		case len(problems) == 0 || problems[0].Code != tt.code || !strings.HasPrefix(problems[0].Pos.String(), "flows/hello.yaml:4"):
			t.Errorf("%s: %v, want %s", tt.said, problems, tt.code)
		}
	}
}
