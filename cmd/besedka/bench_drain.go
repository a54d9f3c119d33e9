package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"besedka/storage"
)

// drain lets the turn loops of serve work until the inbox is empty.
func (w *world) drain(ctx context.Context) (score, error) {
	d := &drain{w: w, begun: time.Now(), took: map[time.Time]time.Duration{}}
	working, stop := context.WithCancel(ctx)
	defer stop()
	d.stop = stop
	w.loops, w.listeners = nil, nil
	for _, l := range w.all {
		if l.name == turnLoop || l.name == aloneLoop {
			w.loops = append(w.loops, loop{l.name, d.timed(l.step), l.workers, l.wake})
		}
	}
	var all sync.WaitGroup
	w.work(working, &all)
	all.Wait()
	if err := cmp.Or(d.err, ctx.Err()); err != nil {
		return score{}, err
	}
	parked, err := storage.Value[int](ctx, w.db, qBenchParked)
	if err == nil && parked > 0 {
		err = fmt.Errorf("%d turns failed for good", parked)
	}
	if err != nil {
		return score{}, err
	}
	return d.score(ctx)
}

type drain struct {
	w     *world
	begun time.Time
	stop  context.CancelFunc

	mu    sync.Mutex
	last  time.Time                   // instant given
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
			left, err = d.w.left(ctx)
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
	now := time.Now().UTC().Truncate(time.Microsecond)
	if !now.After(d.last) {
		now = d.last.Add(time.Microsecond)
	}
	d.last = now
	return now
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

// left says whether the inbox still holds work.
func (w *world) left(ctx context.Context) (bool, error) {
	return storage.Value[bool](ctx, w.db, qBenchLeft)
}

const qBenchLeft = `
select (select inbox_id from inbox_open where state = 'ready' order by inbox_id limit 1) is not null
  or (select inbox_id from inbox_open where state = 'solo' order by due_at limit 1) is not null`

// A turn that failed for good makes the figures those of something else.
const qBenchParked = `select count(*) from inbox_open where state = 'parked'`

const qBenchTurns = `select at, count(*) as turns from turn where at >= $1 group by at`
