package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Step is one round of work of a loop: whether it worked, and when something
// falls due next (zero: nothing is known to).
type Step func(ctx context.Context, now time.Time) (worked bool, next time.Time, err error)

// play moves the system on, one caller at a time.
type play struct {
	clock *Clock
	steps []Step
	held  Step

	mu sync.Mutex
}

// Limits that only a loop which never comes to rest can reach.
const (
	maxRounds = 10_000  // at one virtual time
	maxJumps  = 100_000 // of one advance
)

var errRestless = errors.New("the system does not come to rest")

// settle works until nothing more is due. A text that is held for more to come
// gets none from who waits for the answer to it: the wait costs its virtual time
// at once.
func (p *play) settle(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for range maxJumps {
		if _, err := p.rest(ctx); err != nil {
			return err
		}
		worked, due, err := p.held(ctx, p.clock.Now())
		switch {
		case err != nil:
			return err
		case worked:
			continue
		case due.IsZero():
			return nil
		}
		p.clock.set(due)
	}
	return fmt.Errorf("%w: it let %d texts go and is at %s", errRestless, maxJumps, p.clock.Now())
}

// moveTo lets everything happen that falls due until target, at its own time.
// Calls that hang may take the clock beyond it. Going back undoes nothing: what
// falls due later waits longer.
func (p *play) moveTo(ctx context.Context, target time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if target.Before(p.clock.Now()) {
		p.clock.set(target)
	}
	for range maxJumps {
		next, err := p.rest(ctx)
		switch {
		case err != nil || !p.clock.Now().Before(target):
			return err
		case next.IsZero() || next.After(target):
			next = target
		}
		p.clock.set(next)
	}
	return fmt.Errorf("%w: it made %d jumps and is at %s", errRestless, maxJumps, p.clock.Now())
}

// rest steps through the loops until none works. next is the least instant
// after now at which one will; an instant that has passed without work is
// nothing to wait for.
func (p *play) rest(ctx context.Context) (next time.Time, err error) {
	for range maxRounds {
		worked, next, err := p.round(ctx)
		if err != nil || !worked {
			return next, err
		}
	}
	return next, fmt.Errorf("%w: it worked %d times at %s", errRestless, maxRounds, p.clock.Now())
}

// round makes one step of every loop. A loop that stumbles does not stop the
// others.
func (p *play) round(ctx context.Context) (worked bool, next time.Time, err error) {
	for _, step := range p.steps {
		now := p.clock.begin()
		did, at, failed := step(ctx, now)
		worked, err = worked || did, errors.Join(err, failed)
		if at.After(now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return worked, next, err
}
