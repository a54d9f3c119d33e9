package support

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"besedka/storage"
)

// Doing is what one of the staff does in a conversation.
type Doing string

// What there is to do.
const (
	Looks  Doing = "looks"
	Writes Doing = "writes"
	Leaves Doing = "leaves"
)

// Here is one of the staff in a conversation.
type Here struct {
	Conversation int64  `json:"conversation"`
	Staff        int64  `json:"staff"`
	Name         string `json:"name"`
	Doing        Doing  `json:"doing"`
}

// PresenceLasts is how long somebody is where they were seen, unless they are seen again:
// whose browser is gone without a word is gone too.
const PresenceLasts = 25 * time.Second

// Presence is who of the staff is in which conversation, as this process has heard from all
// processes on the database. It is kept nowhere, and says nothing of long ago.
type Presence struct {
	db  *storage.DB
	now func() time.Time

	mu   sync.Mutex
	here map[[2]int64]seen // by conversation and staff
}

type seen struct {
	Here
	until time.Time
}

// NewPresence knows of nobody until Listen runs.
func NewPresence(db *storage.DB, now func() time.Time) *Presence {
	return &Presence{db: db, now: now, here: map[[2]int64]seen{}}
}

const presenceChannel = "support_presence"

// TellHere says to every process where somebody is.
func TellHere(ctx context.Context, q storage.Querier, h Here) error {
	text, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("presence: %w", err)
	}
	return storage.Tell(ctx, q, presenceChannel, string(text))
}

// Listen hears of all until ctx ends; ready is called when it does.
func (p *Presence) Listen(ctx context.Context, ready func()) {
	p.db.Listen(ctx, presenceChannel, ready, p.heard)
}

func (p *Presence) heard(text string) {
	var h Here
	if json.Unmarshal([]byte(text), &h) != nil {
		return // of another release
	}
	now := p.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.here, func(_ [2]int64, s seen) bool { return !s.until.After(now) })
	at := [2]int64{h.Conversation, h.Staff}
	if h.Doing == Leaves {
		delete(p.here, at)
		return
	}
	p.here[at] = seen{h, now.Add(PresenceLasts)}
}

// In are who is in a conversation now but for one of the staff (0: all), those who write
// first.
func (p *Presence) In(conversation, but int64) []Here {
	now := p.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	all := []Here{}
	for _, s := range p.here {
		if s.Conversation == conversation && s.Staff != but && s.until.After(now) {
			all = append(all, s.Here)
		}
	}
	slices.SortFunc(all, func(a, b Here) int {
		return cmp.Or(-cmp.Compare(a.Doing, b.Doing), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Staff, b.Staff))
	})
	return all
}

// Writing says whether one of the staff writes in a conversation now.
func (p *Presence) Writing(conversation, staff int64) bool {
	return slices.ContainsFunc(p.In(conversation, 0), func(h Here) bool { return h.Staff == staff && h.Doing == Writes })
}
