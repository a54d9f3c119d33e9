package runner

import (
	"maps"
	"slices"
	"sync"
)

// hand is the conversations whose turns this process runs just now. Locks in
// the database keep everybody else out of them; but to find 64 locked rows
// before 64 free ones, or 64 that were committed since the snapshot, costs a
// third of what a turn costs. So the workers of one process claim one after
// the other, and each leaves alone what another one has in hand.
type hand struct {
	claim sync.Mutex // held from the snapshot of a claim until its rows are in hand

	mu    sync.Mutex
	holds map[int64]struct{}
}

func (h *hand) list() []int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.AppendSeq([]int64{}, maps.Keys(h.holds))
}

func (h *hand) take(rows []row) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range rows {
		h.holds[rows[i].Conversation] = struct{}{}
	}
}

func (h *hand) drop(rows []row) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range rows {
		delete(h.holds, rows[i].Conversation)
	}
}
