package conversation

import (
	"maps"
	"slices"
	"sync"
)

// Hand is which chats of a channel this process is sending to. Their leases keep others
// away, and those of a session that has died keep nobody: then one worker would claim
// what another one is just sending. So the workers of a process claim one after the
// other, and each leaves alone what another one has in hand. Its zero value is empty.
type Hand struct {
	claim sync.Mutex // held from the look of a claim until its chats are in hand

	mu    sync.Mutex
	looks int // times that a claim was told what to leave alone
	holds map[int64]struct{}
}

// Missed says whether somebody has looked since lanes were claimed, and so may have left
// alone one of them that had more to hear.
func (h *Hand) Missed(lanes []Lane) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.ContainsFunc(lanes, func(l Lane) bool { return l.look < h.looks })
}

// Drop takes chats out of the hand, after their last message was marked.
func (h *Hand) Drop(conversations ...int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range conversations {
		delete(h.holds, c)
	}
}

// look is what to leave alone, and which look it was.
func (h *Hand) look() (held []int64, look int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.looks++
	return slices.Collect(maps.Keys(h.holds)), h.looks
}

func (h *Hand) take(conversations []int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.holds == nil {
		h.holds = map[int64]struct{}{}
	}
	for _, c := range conversations {
		h.holds[c] = struct{}{}
	}
}
