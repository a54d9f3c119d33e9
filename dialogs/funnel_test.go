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

// TestStageOnce: only the first time at a stage counts, so a flow that is begun
// again tells nothing.
func TestStageOnce(t *testing.T) {
	t.Parallel()
	e := dialogs.New(load(t, small(map[string]string{
		"flows/x.yaml": `flow: x
start: { words: [да] }
steps:
  name: { funnel: имя, say: "Здравствуйте." }
  end: { say: "Готово.", end: true }
`,
	})))
	var session dialogs.Session
	for turn, want := range []int{1, 0, 0} {
		out, err := e.Turn(session, text("да"), env(int64(turn+1)))
		if err != nil {
			t.Fatal(err)
		}
		told := 0
		for _, effect := range out.Effects {
			if _, ok := effect.(dialogs.Reach); ok {
				told++
			}
		}
		if told != want {
			t.Errorf("turn %d tells of %d stages, want %d", turn+1, told, want)
		}
		session = out.Session
	}
}
