package review_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"besedka/core/review"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var everything = review.Kinds

func (d *table) next(staff int64, at time.Time) (got review.Taken) {
	d.t.Helper()
	d.must(d.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		got, _, err = review.TakeNextTx(ctx, tx, at, review.Seeker{Staff: staff, Kinds: everything})
		return err
	}))
	return got
}

func (d *table) take(task, staff int64, at time.Time) (got review.Taken, err error) {
	err = d.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		got, err = review.TakeTx(ctx, tx, at, task, staff)
		return err
	})
	return got, err
}

func (d *table) skip(of review.Of, at time.Time) error {
	return d.tx(func(ctx context.Context, tx storage.Tx) error { return review.SkipTx(ctx, tx, at, of) })
}

func (d *table) asks(of review.Of, at time.Time) (n int64, err error) {
	err = d.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		n, err = review.AskTx(ctx, tx, at, of)
		return err
	})
	return n, err
}

// sends keeps a photo of the shopper's, as a submission does.
func (d *table) sends(at time.Time) {
	d.t.Helper()
	_, err := d.db.Exec(d.t.Context(), `with s as (
		insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at)
		select member_id, 'telegram', int8send($1), '', '', $2 from receipt where id = $3 returning id, member_id
	), b as (
		insert into blob (id, subject_id, mime, bytes, sealed, at) select gen_random_uuid(), id, '', 0, '', $2 from s returning id
	) insert into submission (key, member_id, blob_id, receipt_id, qr, state, at) select 'photo/' || $1, s.member_id, b.id, $3, '', 'duplicate', $2 from s, b`,
		at.UnixNano(), at, d.receipt)
	d.must(err)
}

// TestTwoGetTwo: those who ask for the next task at once get different ones, and a third
// finds nothing until a lease is over.
func TestTwoGetTwo(t *testing.T) {
	t.Parallel()
	d := open(t)
	for i := range 8 {
		d.ask(review.Sample, fmt.Sprint(i))
	}
	got := make([]int64, 8)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			staff := []int64{d.vera, d.oleg}[i%2]
			err := d.tx(func(ctx context.Context, tx storage.Tx) error {
				taken, ok, err := review.TakeNextTx(ctx, tx, noon, review.Seeker{Staff: staff, Kinds: everything})
				if ok && err == nil {
					got[i] = taken.Task
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	holder := map[int64]int64{}
	for i, task := range got {
		staff := []int64{d.vera, d.oleg}[i%2]
		if task == 0 {
			t.Errorf("%d got nothing", staff)
		}
		if before := holder[task]; before != 0 && before != staff {
			t.Errorf("task %d is both %d's and %d's", task, before, staff)
		}
		holder[task] = staff
	}
}

// TestFence: whoever lost a task to another cannot decide it, whatever they knew of it;
// who lost nothing to anybody may, however late.
func TestFence(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.ask(review.Sample, "x")
	vera := d.next(d.vera, noon)
	later, latest := noon.Add(review.TakenFor), noon.Add(2*review.TakenFor)
	oleg, err := d.take(vera.Task, d.oleg, later)
	d.must(err)
	verdict := func(of review.Taken, staff int64) review.Verdict {
		return review.Verdict{Task: of.Task, Staff: staff, Fence: of.Fence, Cause: review.Forged}
	}
	if err := d.decide(verdict(vera, d.vera), later); !errors.Is(err, review.ErrTaken) {
		t.Errorf("decided while another looks: %v", err)
	}
	if err := d.decide(verdict(vera, d.vera), latest); !errors.Is(err, review.ErrLost) {
		t.Errorf("decided by a taking that is over: %v", err)
	}
	again, err := d.take(vera.Task, d.oleg, later.Add(time.Minute))
	d.must(err)
	if again.Fence != oleg.Fence {
		t.Errorf("taken anew by who has it: fence %d, was %d", again.Fence, oleg.Fence)
	}
	d.must(d.decide(verdict(oleg, d.oleg), latest.Add(time.Hour)))
}

// TestSkip: what one passes over others get at once, and they themselves after a while.
func TestSkip(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.ask(review.Sample, "x")
	d.ask(review.Sample, "y")
	first := d.next(d.vera, noon)
	d.must(d.skip(review.Of{Task: first.Task, Staff: d.vera, Fence: first.Fence}, noon))
	if err := d.decide(review.Verdict{Task: first.Task, Staff: d.vera, Fence: first.Fence, Cause: review.Forged}, noon); !errors.Is(err, review.ErrLost) {
		t.Errorf("decided what was passed over: %v", err)
	}
	second := d.next(d.vera, noon)
	peeked, err := review.Peek(t.Context(), d.db, noon, review.Seeker{Staff: d.oleg, Kinds: everything}, 0)
	d.must(err)
	oleg := d.next(d.oleg, noon)
	if second.Task == first.Task || oleg.Task != first.Task || peeked != first.Task {
		t.Errorf("Vera passed %d over: she got %d, Oleg %d and saw %d before", first.Task, second.Task, oleg.Task, peeked)
	}
	if got := d.next(d.vera, noon); got.Task != second.Task {
		t.Errorf("nothing else is free: got %d", got.Task)
	}
	if err := d.skip(review.Of{Task: first.Task, Staff: d.vera, Fence: first.Fence}, noon); !errors.Is(err, review.ErrTaken) {
		t.Errorf("passed over what another has: %v", err)
	}
	if got := d.next(d.vera, noon.Add(review.SkippedFor)); got.Task != first.Task {
		t.Errorf("after a while: %d, want %d", got.Task, first.Task)
	}
}

// TestAskedForAPhoto: a task waits for its shopper, comes back with the photo, or without
// one after two days.
func TestAskedForAPhoto(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.ask(review.Sample, "x")
	d.sends(noon.Add(-time.Hour)) // the first photo is no answer
	taken := d.next(d.vera, noon)
	of := review.Of{Task: taken.Task, Staff: d.vera, Fence: taken.Fence}
	if n, err := d.asks(of, noon); n != 1 || err != nil {
		t.Errorf("asked %d times, %v", n, err)
	}
	if _, err := d.asks(review.Of{Task: of.Task, Staff: d.oleg}, noon); !errors.Is(err, review.ErrAsked) {
		t.Errorf("asked again at once: %v", err)
	}
	if got := d.next(d.oleg, noon.Add(review.AskedFor-time.Second)); got.Task != 0 {
		t.Errorf("what waits for its shopper is given out: %+v", got)
	}
	d.sends(noon.Add(time.Hour))
	back := d.next(d.oleg, noon.Add(2*time.Hour))
	if back.Task != taken.Task || back.Fence == taken.Fence {
		t.Errorf("back with the photo: %+v", back)
	}
	if n, err := d.asks(review.Of{Task: back.Task, Staff: d.oleg, Fence: back.Fence}, noon.Add(3*time.Hour)); n != 2 || err != nil {
		t.Errorf("asked %d times, %v", n, err)
	}
	if got := d.next(d.vera, noon.Add(3*time.Hour).Add(review.AskedFor)); got.Task != taken.Task {
		t.Errorf("without a photo, two days later: %+v", got)
	}
}

func TestPace(t *testing.T) {
	t.Parallel()
	d := open(t)
	for i, at := range []time.Duration{-25 * time.Hour, -2 * time.Hour, -time.Minute} {
		d.ask(review.Sample, fmt.Sprint(i))
		task, err := review.FindOpen(t.Context(), d.db, review.Sample, fmt.Sprint(i))
		d.must(err)
		d.must(d.decide(review.Verdict{Task: task.ID, Staff: d.vera, Cause: review.Forged}, noon.Add(at)))
	}
	for staff, want := range map[int64]review.Pace{d.vera: {Hour: 1, Day: 2}, d.oleg: {}} {
		got, err := review.PaceOf(t.Context(), d.db, noon, noon.Add(-12*time.Hour), staff)
		if d.must(err); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

// model is what a task should be, by what was done with it.
type model struct {
	holder, fence int64
	until         time.Time
	decided       bool
	asked         time.Time
	skipped       map[int64]time.Time
}

func (m *model) heldByOther(staff int64, at time.Time) bool {
	return m.holder != staff && m.until.After(at)
}

// TestAnyOrder: in whatever order two people take, pass over, ask about and decide a task,
// it is one's at a time, and decided once.
func TestAnyOrder(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	rapid.Check(t, func(rt *rapid.T) {
		d := openIn(t, db)
		d.ask(review.Sample, fmt.Sprint(d.receipt))
		task, err := review.FindOpen(t.Context(), d.db, review.Sample, fmt.Sprint(d.receipt))
		d.must(err)
		m, now := model{skipped: map[int64]time.Time{}}, noon
		fences := map[int64]int64{d.vera: 0, d.oleg: 0}
		for range rapid.IntRange(1, 12).Draw(rt, "acts") {
			now = now.Add(time.Duration(rapid.IntRange(0, 20).Draw(rt, "minutes")) * time.Minute)
			staff := rapid.SampledFrom([]int64{d.vera, d.oleg}).Draw(rt, "staff")
			of := review.Of{Task: task.ID, Staff: staff, Fence: fences[staff]}
			mine := of.Fence == 0 && !m.heldByOther(staff, now) || of.Fence != 0 && m.holder == staff && m.fence == of.Fence
			switch act := rapid.SampledFrom([]string{"take", "skip", "ask", "decide"}).Draw(rt, "act"); act {
			case "take":
				taken, err := d.take(task.ID, staff, now)
				if ok := !m.decided && !m.heldByOther(staff, now); ok != (err == nil) {
					rt.Fatalf("take: %v, want %v", err, ok)
				} else if ok {
					if m.holder != staff {
						m.fence++
					}
					m.holder, m.until = staff, now.Add(review.TakenFor)
					if fences[staff] = taken.Fence; taken.Fence != m.fence {
						rt.Fatalf("fence %d, want %d", taken.Fence, m.fence)
					}
				}
			case "skip":
				if ok := !m.decided && mine && !m.heldByOther(staff, now); ok != (d.skip(of, now) == nil) {
					rt.Fatalf("skip should be %v", ok)
				} else if ok {
					m.holder, m.until = 0, time.Time{}
				}
			case "ask":
				_, err := d.asks(of, now)
				waits := !m.asked.IsZero() && now.Sub(m.asked) < review.AskedFor
				if ok := !m.decided && mine && !m.heldByOther(staff, now) && !waits; ok != (err == nil) {
					rt.Fatalf("ask: %v, want %v", err, ok)
				} else if ok {
					m.holder, m.until, m.asked = 0, time.Time{}, now
				}
			case "decide":
				err := d.decide(review.Verdict{Task: task.ID, Staff: staff, Fence: of.Fence, Cause: review.Forged}, now)
				if ok := !m.decided && mine; ok != (err == nil) {
					rt.Fatalf("decide: %v, want %v", err, ok)
				} else if ok {
					m.decided = true
				}
			}
		}
	})
}
