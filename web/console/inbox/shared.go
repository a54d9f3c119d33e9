package inbox

import (
	"context"
	"sync"
	"time"

	"besedka/core/support"
)

// shared keeps the lists that are the same to everybody, for the streams of open pages:
// fifty pages that look every second read them once or twice.
type shared struct {
	mu   sync.Mutex
	kept map[support.Asked]reading
}

type reading struct {
	rows []support.Row
	at   time.Time
}

// sharedFor is how long a list serves: what changes is seen so much later, at most.
const sharedFor = 400 * time.Millisecond

// maxShared is how many lists are kept: a list of every tag.
const maxShared = 100

// rows are those of a list. Readers of the same one wait for each other.
func (p *pages) rows(ctx context.Context, now time.Time, a support.Asked) ([]support.Row, error) {
	if a.Show != support.Waiting && a.Show != support.All || a.ID != 0 {
		return p.read(ctx, now, a)
	}
	a.Staff = 0
	p.shared.mu.Lock()
	defer p.shared.mu.Unlock()
	if r, ok := p.shared.kept[a]; ok && now.Sub(r.at) < sharedFor {
		return r.rows, nil
	}
	rows, err := p.read(ctx, now, a)
	if err != nil {
		return nil, err
	}
	if len(p.shared.kept) >= maxShared {
		clear(p.shared.kept)
	}
	p.shared.kept[a] = reading{rows, now}
	return rows, nil
}
