package runner_test

import (
	"slices"

	"pgregory.net/rapid"

	"besedka/dialogs/machine"
)

// along is an act after which the conversation is whose it was, or whose the Lifecycle has
// it by some of moves, in their order.
func (h *desk) along(act func(*rapid.T), moves ...string) func(*rapid.T) {
	life := machine.Lifecycle()
	return func(rt *rapid.T) {
		was := h.shown().Lifecycle
		may := []string{was}
		for _, m := range moves {
			for _, from := range slices.Clone(may) {
				if to, err := life.Move(from, m); err == nil {
					may = append(may, to)
				}
			}
		}
		act(rt)
		if is := h.shown().Lifecycle; !slices.Contains(may, is) {
			rt.Fatalf("the conversation was of %s and is of %s, which %q do not lead to", was, is, moves)
		}
	}
}
