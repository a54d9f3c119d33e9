package receipt

import (
	"context"
	"time"

	"besedka/storage"
)

// messageLife is for how long the first provider keeps a result: after that the
// second may be asked for the receipt without wasting a request.
const messageLife = time.Minute

// round is what one step asks, and of whom.
type round struct {
	provider Standing
	second   bool
	probe    time.Time // not zero when the one receipt tries a provider that was down
	instead  bool      // the second provider stands in for this one
	due      []pending
}

// sends says whether p costs a request of the day.
func (r round) sends(p pending) bool { return r.second || p.MessageID == "" }

// next is the call to make about p, without what comes of it.
func (r round) next(p pending) reply {
	made := reply{provider: r.provider.Name, second: r.second, call: "poll"}
	if r.sends(p) {
		made.call = "send"
	}
	return made
}

// vain says whether last was a probe of a provider that is still down. Its request is
// given back: the probes of a few hours would take the whole day, and what reached the
// provider in spite of that it counts itself.
func (r round) vain(last reply) bool {
	return !r.probe.IsZero() && last.call == "send" && last.answer.Class.Down()
}

// leave is what may be asked of a provider at an instant.
type leave struct {
	polls, first, again bool // results of earlier requests, receipts not asked for yet, others
	limit               int
	probe               time.Time
	more                time.Time // when more may be asked; zero: nothing is held back
	lostAt              time.Time // from when on the second provider stands in; zero: it does not
}

// lost says whether the second provider stands in at now.
func (l leave) lost(now time.Time) bool { return !l.lostAt.IsZero() && !l.lostAt.After(now) }

// leave asks the provider's breaker and quota. The Standing returned is to be saved
// when receipts are taken.
func (st Standing) leave(now time.Time) (Standing, leave) {
	first, again := st.Left(now)
	l := leave{polls: st.Polls(), limit: askAtOnce, more: st.OpenUntil, lostAt: st.LostAt()}
	after, pass := st.Ask(now)
	if !pass {
		return st, l
	}
	st.Breaker = after
	l.first, l.again, l.more = first > 0, again > 0, time.Time{}
	if l.probe = after.OpenUntil; !l.probe.IsZero() {
		l.limit, l.polls = 1, true
	}
	switch {
	case l.again:
		l.limit = min(l.limit, again)
	case l.first:
		l.limit, l.more = min(l.limit, first), st.Until
	default:
		l.more, l.lostAt = st.Until, now
	}
	return st, l
}

// claimDue leases receipts to this process, as many as the providers' breakers and
// quotas let through. next is when there may be some when there are none.
func (s *Service) claimDue(ctx context.Context, now time.Time) (r round, next time.Time, err error) {
	me, err := s.DB.Session(ctx)
	if err != nil {
		return round{}, time.Time{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		r = round{}
		if _, err := tx.Exec(ctx, qFreeAsked, now.Add(askBusy)); err != nil {
			return err
		}
		if next, err = storage.Earliest(ctx, tx, qNextAsk, time.Time{}); err != nil || next.IsZero() || next.After(now) {
			return err
		}
		r, next, err = s.claimOf(ctx, tx, now, me)
		return err
	})
	return r, next, err
}

// claimOf takes what may be asked of the first provider; if that is nothing, what
// may be asked of the second in its place.
func (s *Service) claimOf(ctx context.Context, tx storage.Tx, now time.Time, me int64) (r round, next time.Time, err error) {
	l := leave{lostAt: now} // of the first, if there is none
	if s.Provider != nil {
		if r, l, err = s.claimFirst(ctx, tx, now, me); err != nil || len(r.due) > 0 {
			return r, now, err
		}
	}
	more := l.more
	if s.Second != nil {
		var instead time.Time
		if r, instead, err = s.claimSecond(ctx, tx, now, me, l); err != nil || len(r.due) > 0 {
			return r, now, err
		}
		more = sooner(more, instead)
	}
	if more.IsZero() { // all that is due is in others' hands
		more = now.Add(askBusy)
	}
	due, err := storage.Earliest(ctx, tx, qNextAsk, now)
	return round{}, sooner(more, due), err
}

func (s *Service) claimFirst(ctx context.Context, tx storage.Tx, now time.Time, me int64) (r round, l leave, err error) {
	if r.provider, err = lock(ctx, tx, s.first()); err != nil {
		return r, l, err
	}
	if r.provider, l = r.provider.leave(now); !l.polls && !l.first && !l.again {
		return r, l, nil
	}
	r.probe, r.instead = l.probe, s.Second != nil && l.lost(now)
	r.due, err = storage.Collect[pending](ctx, tx, qClaimDue, now, now.Add(askLease), l.limit, me, l.first, l.again, l.polls)
	if err != nil {
		return r, l, err
	}
	return r, l, r.pay(ctx, tx, now)
}

// claimSecond takes receipts that the first provider cannot be asked for by its
// leave l: all of them when it is lost, those asked for before when the rest of its
// day is kept for others. instead is when there may be such.
func (s *Service) claimSecond(ctx context.Context, tx storage.Tx, now time.Time, me int64, l leave) (r round, instead time.Time, err error) {
	lost := l.lost(now)
	if !lost && (l.again || !l.first) {
		return r, l.lostAt, nil
	}
	r.second = true
	if r.provider, err = lock(ctx, tx, s.second()); err != nil {
		return r, instead, err
	}
	var own leave
	if r.provider, own = r.provider.leave(now); !own.first && !own.again {
		return r, own.more, nil
	}
	r.probe = own.probe
	r.due, err = storage.Collect[pending](ctx, tx, qClaimSecond, now, now.Add(askLease), own.limit, me, own.first && lost, own.again, now.Add(-messageLife))
	if err != nil {
		return r, instead, err
	}
	return r, own.more, r.pay(ctx, tx, now)
}

// pay counts the requests before they are made: a reply may be lost, its request is
// spent.
func (r *round) pay(ctx context.Context, tx storage.Tx, now time.Time) error {
	if len(r.due) == 0 {
		return nil
	}
	sends := 0
	for _, p := range r.due {
		if r.sends(p) {
			sends++
		}
	}
	r.provider.Quota = r.provider.Spend(sends, now)
	return r.provider.save(ctx, tx)
}

// sooner is the earlier of two instants, of which zero is none.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
