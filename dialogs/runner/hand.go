package runner

import (
	"maps"
	"slices"
	"sync"
)

// hand is what this process has taken on: conversations whose turns it runs
// just now, and rows whose turns it will run alone. Locks in the database keep
// everybody else out of a running turn; but to find 64 locked rows before 64
// free ones, or 64 that were committed since the snapshot, costs a third of what
// a turn costs. So the workers of one process claim one after the other, and
// each leaves alone what another one has in hand. A row in hand is written
// nowhere: when the process dies it is still ready, and somebody claims it anew.
type hand struct {
	claim sync.Mutex // held from the snapshot of a claim until its rows are in hand

	mu    sync.Mutex
	looks int // times that a claim of a group was told what to leave alone
	holds map[int64]struct{}
	alone []job
}

// job is a row of the inbox whose turn has to run alone.
type job struct {
	Inbox        int64 `db:"inbox"`
	Conversation int64 `db:"conversation"`
	row          *row  // as a group loaded it; nil when nobody has
}

// maxJobs bounds what one process has taken on to run alone; what is more is
// written on the row, and whoever has a worker free takes it.
const maxJobs = 4 * GroupSize

func (h *hand) list() []int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.held()
}

// held is for who has the lock.
func (h *hand) held() []int64 { return slices.AppendSeq([]int64{}, maps.Keys(h.holds)) }

// look is list for the claim of a group, and returns which look it was. It counts
// here and not when the claim has its rows: whoever drops a conversation in
// between must know that it was left alone.
func (h *hand) look() (held []int64, look int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.looks++
	return h.held(), h.looks
}

// take keeps what a claim found.
func (h *hand) take(rows []row) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range rows {
		h.holds[rows[i].Conversation] = struct{}{}
	}
}

// lookedSince says whether somebody has looked since that look.
func (h *hand) lookedSince(look int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.looks > look
}

// room is how many more jobs there may be.
func (h *hand) room() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(0, maxJobs-len(h.alone))
}

// put keeps jobs, and their conversations, for the workers that run turns alone.
func (h *hand) put(jobs []job) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, j := range jobs {
		h.holds[j.Conversation] = struct{}{}
	}
	h.alone = append(h.alone, jobs...)
}

// next takes the oldest job.
func (h *hand) next() (j job, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.alone) == 0 {
		return job{}, false
	}
	j, h.alone = h.alone[0], h.alone[1:]
	return j, true
}

// idle says whether no job waits, so that it is time to claim again. While one
// does, what their conversations go on with gathers, for one claim of them all.
func (h *hand) idle() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.alone) == 0
}

func (h *hand) drop(conversations []int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range conversations {
		delete(h.holds, c)
	}
}
