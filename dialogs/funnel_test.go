package dialogs_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/expr"
	"besedka/dialogs"
)

// TestStages: who is asked and who is passed by for a known answer come to a stage
// alike, with the segments that hold.
func TestStages(t *testing.T) {
	t.Parallel()
	e := dialogs.New(load(t, small(map[string]string{
		"segments.yaml": "новичок: receipts <= 1\nдавно: receipts > 1\n",
		"flows/x.yaml": `flow: x
start: { words: [да] }
steps:
  name: { funnel: имя, skip: registered, say: "Как вас зовут?" }
  city: { say: "Город?" }
  end: { funnel: готово, say: "Готово.", end: true }
`,
	})))
	for _, registered := range []bool{false, true} {
		env := env(1)
		env.Facts = dialogs.Facts{"registered": expr.BoolOf(registered), "receipts": expr.CountOf(0)}.Look
		out, err := e.Turn(dialogs.Session{}, text("да"), env)
		if err != nil {
			t.Fatal(err)
		}
		var got []dialogs.Reach
		for _, effect := range out.Effects {
			if stage, ok := effect.(dialogs.Reach); ok {
				got = append(got, stage)
			}
		}
		want := []dialogs.Reach{{Flow: "x", Stage: "имя", Segments: []string{"новичок"}}, {Flow: "x", Stage: "готово", Segments: []string{"новичок"}}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("registered %v: %s", registered, diff)
		}
	}
}
