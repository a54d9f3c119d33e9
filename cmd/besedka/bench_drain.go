package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"besedka/storage"
)

// drain lets the turn loops of serve work until the inbox is empty.
func (w *world) drain(ctx context.Context) (score, error) {
	d := &drain{w: w, begun: time.Now(), took: map[time.Time]time.Duration{}}
	ctx, d.stop = context.WithCancel(ctx)
	defer d.stop()
	w.loops, w.listeners = nil, nil
	for _, l := range w.all {
		if l.name == "turns" {
			w.loops = append(w.loops, loop{l.name, d.timed(l.step), l.wake})
		}
	}
	var all sync.WaitGroup
	w.work(ctx, &all)
	all.Wait()
	if d.err != nil {
		return score{}, d.err
	}
	return d.score(context.WithoutCancel(ctx))
}

type drain struct {
	w     *world
	begun time.Time
	stop  context.CancelFunc

	mu    sync.Mutex
	steps int
	took  map[time.Time]time.Duration // by the instant given to the step, which is on its turns
	ended time.Time
	err   error
}

// timed gives each step an instant of its own and stops everybody when nothing
// is left.
func (d *drain) timed(inner step) step {
	return func(ctx context.Context, _ time.Time) (bool, time.Time, error) {
		now := d.instant()
		begun := time.Now()
		worked, next, err := inner(ctx, now)
		ended := time.Now()
		left := true
		if err == nil && !worked {
			left, err = storage.Value[bool](ctx, d.w.db, qBenchLeft)
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.took[now] = ended.Sub(begun)
		if ctx.Err() == nil && (err != nil || !left) {
			d.err = err
			d.ended = begun
			d.stop()
		}
		return worked, next, err
	}
}

// instant is unique to the microsecond, which is what the database keeps.
func (d *drain) instant() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.steps++
	return d.begun.Truncate(time.Microsecond).Add(time.Duration(d.steps) * time.Microsecond).UTC()
}

// score counts the turns of each step: every one of them took as long as its
// step.
func (d *drain) score(ctx context.Context) (score, error) {
	rows, err := storage.Collect[turnsAt](ctx, d.w.db, qBenchTurns, d.begun)
	if err != nil {
		return score{}, err
	}
	var s score
	for _, r := range rows {
		s.times = append(s.times, slices.Repeat([]time.Duration{d.took[r.At.UTC()]}, int(r.Turns))...)
	}
	slices.Sort(s.times)
	s.perSecond = float64(len(s.times)) / d.ended.Sub(d.begun).Seconds()
	return s, nil
}

type turnsAt struct {
	At    time.Time `db:"at"`
	Turns int64     `db:"turns"`
}

// Nothing but ready and solo rows is made here. A parked row would be a turn
// that failed: it counts as left, so that it does not go unseen.
const qBenchLeft = `select exists (select from inbox where state in ('ready', 'solo', 'parked'))`

const qBenchTurns = `select at, count(*) as turns from turn where at >= $1 group by at`
