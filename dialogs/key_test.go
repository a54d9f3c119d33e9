package dialogs_test

import (
	"slices"
	"testing"

	"besedka/dialogs"
)

// Every visit of a step that calls has a key of its own, and the same one whenever
// its turn is decided again.
func TestCallKeys(t *testing.T) {
	t.Parallel()
	e := dialogs.New(load(t, small(map[string]string{"flows/x.yaml": `flow: x
start: { words: [да] }
steps:
  first: { call: receipt.why, with: { receipt: 1 }, go: { ok: ask, none: second } }
  second: { call: receipt.why, with: { receipt: 2 }, go: { ok: ask, none: ask } }
  ask: { ask: "Ещё?", buttons: { again: "Ещё" }, go: first }
`})))
	keys := func() (keys []string) {
		var s dialogs.Session
		for turn, said := range []string{"да", "ещё", "ещё"} {
			out, err := e.Turn(s, text(said), env(int64(turn+7)))
			for err == nil && out.Call != nil {
				keys = append(keys, out.Call.Key)
				out, err = e.Resume(out, dialogs.CallResult{Outcome: "none"}, text(said), env(int64(turn+7)))
			}
			if err != nil {
				t.Fatal(err)
			}
			s = out.Session
		}
		return keys
	}
	got := keys()
	if want := []string{"7/1", "7/2", "8/1", "8/2", "9/1", "9/2"}; !slices.Equal(got, want) {
		t.Errorf("got the keys %v, want %v", got, want)
	}
	if again := keys(); !slices.Equal(got, again) {
		t.Errorf("decided again the keys are %v, and were %v", again, got)
	}
}
