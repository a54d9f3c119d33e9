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
	kept map[support.Asked]reading // nobody's in particular
}

type reading struct {
	rows []support.Row
	at   time.Time
}

// sharedFor is how long a list serves: what changes is seen so much later, at most.
const sharedFor = 400 * time.Millisecond

// rows are those of a list. Readers of one list wait for each other.
func (p *pages) rows(ctx context.Context, now time.Time, of support.Asked) ([]support.Row, error) {
	if of.Show == support.Mine || of.Show == support.Snoozed {
		return support.List(ctx, p.DB, now, of)
	}
	of.Staff = 0
	p.shared.mu.Lock()
	defer p.shared.mu.Unlock()
	read := time.Now()
	if r, ok := p.shared.kept[of]; ok && read.Sub(r.at) < sharedFor {
		return r.rows, nil
	}
	rows, err := support.List(ctx, p.DB, now, of)
	if err != nil {
		return nil, err
	}
	p.shared.kept[of] = reading{rows, read}
	return rows, nil
}
