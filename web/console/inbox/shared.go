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
	kept map[support.Show]reading
}

type reading struct {
	rows []support.Row
	at   time.Time
}

// sharedFor is how long a list serves: what changes is seen so much later, at most.
const sharedFor = 400 * time.Millisecond

// rows are those of a list as staff sees it. Readers of one list wait for each other.
func (p *pages) rows(ctx context.Context, show support.Show, staff int64) ([]support.Row, error) {
	if show == support.Mine {
		return support.List(ctx, p.DB, show, staff)
	}
	p.shared.mu.Lock()
	defer p.shared.mu.Unlock()
	now := time.Now()
	if r, ok := p.shared.kept[show]; ok && now.Sub(r.at) < sharedFor {
		return r.rows, nil
	}
	rows, err := support.List(ctx, p.DB, show, staff)
	if err != nil {
		return nil, err
	}
	p.shared.kept[show] = reading{rows, now}
	return rows, nil
}
