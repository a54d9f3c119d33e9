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

// reading is a list and the counts beside it.
type reading struct {
	rows   []support.Row
	counts support.Everybodys
	at     time.Time
}

type reader func(ctx context.Context, now time.Time, a support.Asked) (reading, error)

// read is of the database, as it is now.
func (p *pages) read(ctx context.Context, now time.Time, a support.Asked) (r reading, err error) {
	r.at = time.Now() // p.Now may stand still, in a rehearsal
	if r.rows, err = support.List(ctx, p.DB, now, a); err != nil {
		return r, err
	}
	r.counts, err = support.Count(ctx, p.DB, now)
	return r, err
}

// sharedFor is how long a list serves: what changes is seen so much later, at most.
const sharedFor = 400 * time.Millisecond

// maxShared is how many lists are kept: a list of every tag, and those of each of the staff.
const maxShared = 200

// readShared is read for all whose list is the same. They wait for each other.
func (p *pages) readShared(ctx context.Context, now time.Time, a support.Asked) (reading, error) {
	if a.Show == support.Waiting || a.Show == support.All {
		a.Staff = 0
	}
	p.shared.mu.Lock()
	defer p.shared.mu.Unlock()
	if r, ok := p.shared.kept[a]; ok && time.Since(r.at) < sharedFor {
		return r, nil
	}
	r, err := p.read(ctx, now, a)
	if err != nil {
		return r, err
	}
	if len(p.shared.kept) >= maxShared {
		clear(p.shared.kept)
	}
	p.shared.kept[a] = r
	return r, nil
}
