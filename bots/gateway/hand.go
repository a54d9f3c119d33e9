package gateway

import (
	"maps"
	"slices"
	"sync"

	"besedka/core/conversation"
)

// hand is which chats this process is sending to. Their leases keep others away, and
// those of a session that has died keep nobody: then one worker would claim what
// another one is just sending. So the workers of a messenger claim one after the
// other, and each leaves alone what another one has in hand.
type hand struct {
	claim sync.Mutex // held from the look of a claim until its chats are in hand

	mu    sync.Mutex
	looks int // times that a claim was told what to leave alone
	holds map[int64]struct{}
}

// look is what to leave alone, and which look it was.
func (h *hand) look() (held []int64, look int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.looks++
	return slices.Collect(maps.Keys(h.holds)), h.looks
}

// lookedSince says whether somebody has looked since that look, and so may have left
// alone a chat that had more to hear.
func (h *hand) lookedSince(look int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.looks > look
}

func (h *hand) take(lanes []conversation.Lane) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, l := range lanes {
		h.holds[l.Conversation] = struct{}{}
	}
}

func (h *hand) drop(conversations ...int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range conversations {
		delete(h.holds, c)
	}
}
