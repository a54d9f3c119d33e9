package main

import (
	"context"
	"log/slog"
	"time"
)

// step is one round of work of a loop: whether it worked (and may have more),
// and when something falls due next (zero: nothing is known to).
type step func(ctx context.Context, now time.Time) (worked bool, next time.Time, err error)

// loop is a step with a name, run by so many goroutines, and, when others in
// this process make work for it, with a way to be woken before its time.
type loop struct {
	name    string
	step    step
	workers int
	wake    waker
}

// waker wakes the goroutines of a loop, one a nudge; so many nudges are kept for
// those that are at work.
type waker chan struct{}

func newWaker(kept int) waker { return make(waker, kept) }

func (w waker) nudge() {
	select {
	case w <- struct{}{}:
	default:
	}
}

// Loops look around this often, because other processes make work too.
const (
	lookAround = 250 * time.Millisecond
	afterError = time.Second
)

// How many goroutines run turns: while one waits for its commit, another one
// thinks; more of them take each other's rows and look for what is not there. A
// group carries many turns through one commit, a turn that runs alone only itself.
const (
	turnWorkers  = 2
	aloneWorkers = 8
)

// A step of the verification ends with its slowest call: while one waits for an
// answer that does not come, others ask for the receipts that fall due.
const verifyWorkers = 4

// A step of a delivery waits for the slowest of its sends, and for the commit of what it
// has sent: others claim, open and send meanwhile.
const deliveryWorkers = 4

// A step of the services asks one of them, which may take its time.
const serviceWorkers = 8

// run steps until ctx ends. An error is logged and the loop goes on: whatever
// it could not do is still in the database.
func (l loop) run(ctx context.Context, now func() time.Time, log *slog.Logger) {
	for ctx.Err() == nil {
		worked, next, err := l.step(ctx, now())
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.ErrorContext(ctx, "a loop stumbled and goes on", "loop", l.name, "err", err)
			l.wait(ctx, afterError)
		case !worked:
			l.wait(ctx, until(next, now()))
		}
	}
}

// until is how long to wait for next, at most lookAround.
func until(next, now time.Time) time.Duration {
	if next.IsZero() {
		return lookAround
	}
	return min(lookAround, max(time.Millisecond, next.Sub(now)))
}

func (l loop) wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-l.wake:
	case <-t.C:
	}
}
