package receipt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"besedka/core/review"
	"besedka/core/verify"
	"besedka/storage"
)

// What is asked for again after it was credited, and when. There is no signal of a
// receipt that was taken back at the till after it had been shown to us: all that
// tells is that the tax service does not find it any more.
const (
	auditPermille = 15    // of the credited receipts, drawn by the database's own seed
	auditLarge    = 50000 // minor units of points: every award from here on
	auditFirst    = 3 * 24 * time.Hour
	auditSecond   = 14 * 24 * time.Hour
	auditConfirm  = 24 * time.Hour // between a receipt not found and the ask that decides
	auditRetry    = time.Hour      // when there was no answer, and as much longer after each ask
	auditLongest  = 24 * time.Hour // but not longer
)

// planAudit adds to b whether the tax service will be asked again for a receipt
// that is being credited. What a person approved it has never known.
func (s *Service) planAudit(b *storage.Batch, now time.Time, p payable, points int64) {
	if s.Provider != nil && p.Contents != nil {
		b.Exec(qSow, auditSeed)
		b.Exec(qAuditPlan, auditSeed, p.ID, now.Add(auditFirst), points >= auditLarge, auditPermille)
	}
}

// AuditStep asks the tax service again for credited receipts whose day has come,
// each once. They take what is left of the day's requests for receipts that were
// asked for before.
func (s *Service) AuditStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	if s.Provider == nil {
		return false, time.Time{}, nil
	}
	r, due, next, err := s.claimAudits(ctx, now)
	if err != nil {
		return false, time.Time{}, fmt.Errorf("claim receipts to ask for again: %w", err)
	}
	calls := make([]reply, len(due))
	var g errgroup.Group
	for i, a := range due {
		g.Go(func() (err error) {
			calls[i], err = s.audit(ctx, now, r, a)
			return err
		})
	}
	err = errors.Join(g.Wait(), s.recordCalls(ctx, now, r, calls))
	return len(due) > 0, next, err
}

// audited is a credited receipt that is asked for again: a pending one but for the
// state of its asking, which is the audit's.
type audited struct {
	pending
	Round    int        `db:"round"`
	MissedAt *time.Time `db:"missed_at"`
	Credited time.Time  `db:"credited_at"`
}

// claimAudits leases them to this process, as the tax service's breaker and quota
// let through.
func (s *Service) claimAudits(ctx context.Context, now time.Time) (r round, due []audited, next time.Time, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		r, due = round{}, nil
		if next, err = storage.Earliest(ctx, tx, qNextAudit, time.Time{}); err != nil || next.IsZero() || next.After(now) {
			return err
		}
		if r.provider, err = lock(ctx, tx, s.first()); err != nil {
			return err
		}
		var l leave
		r.provider, l = r.provider.leave(now)
		r.probe = l.probe
		due, err = storage.Collect[audited](ctx, tx, qClaimAudits, now, now.Add(askLease), l.limit, l.again, l.polls)
		if err != nil || len(due) > 0 {
			r.due = pendings(due)
			return errors.Join(err, r.pay(ctx, tx, now))
		}
		later, err := storage.Earliest(ctx, tx, qNextAudit, now)
		if next = sooner(l.more, later); next.IsZero() { // those that are due are in others' hands
			next = now.Add(askLease)
		}
		return err
	})
	return r, due, next, err
}

func pendings(due []audited) []pending {
	all := make([]pending, len(due))
	for i, a := range due {
		all[i] = a.pending
	}
	return all
}

// audit makes one call about a and records what follows from it.
func (s *Service) audit(ctx context.Context, now time.Time, to round, a audited) (r reply, err error) {
	r = reply{provider: to.provider.Name}
	c := a.finding()
	if c.outcome = untold; a.State.Stands() {
		r = s.call(ctx, now, a.pending, to.next(a.pending))
		c = a.follow(r, now)
	}
	if err := s.settleAudit(ctx, now, a, r, c); err != nil {
		return r, fmt.Errorf("settle the audit of receipt %d: %w", a.ID, err)
	}
	return r, nil
}

// outcome is how an audit ended.
type outcome string

const (
	kept     outcome = "kept"     // found, both times
	annulled outcome = "annulled" // gone, on two days
	person   outcome = "person"   // the answer contradicts the first one
	untold   outcome = "untold"   // too old to be found or for more asks, or it stands no more
)

// finding is what an answer makes of an audit.
type finding struct {
	round     int
	asks      int
	polls     int
	messageID string
	askedAt   *time.Time
	missedAt  *time.Time
	dueAt     *time.Time // nil when it ended
	outcome   outcome    // "" while it goes on
}

func (a audited) finding() finding {
	return finding{round: a.Round, asks: a.Asks, polls: a.Polls, askedAt: a.AskedAt, missedAt: a.MissedAt}
}

// follow decides what comes after r. It touches nothing.
func (a audited) follow(r reply, now time.Time) finding {
	a.pending = a.after(r, now)
	c := a.finding()
	switch r.answer.Class {
	case verify.Verified:
		return c.found(a, now)
	case verify.NotArrived:
		return c.missed(a, now)
	case verify.TooOld: // it is not found because nobody keeps it for so long
		c.outcome = untold
		return c
	case verify.Forged, verify.Mismatch, verify.Format: // once forged, it may not be asked for again: who knows is a person
		c.outcome = person
		return c
	}
	if next := a.trying().Next(r.answer.Class, r.wait, now); next.Do == verify.Poll {
		c.dueAt, c.messageID = &next.At, a.MessageID
		return c
	}
	return c.unanswered(a, r.wait, now)
}

// unanswered asks again, as long as the receipt would surely be found: some are
// never answered, and all of them ask from the same day's requests.
func (c finding) unanswered(a audited, wait time.Duration, now time.Time) finding {
	if now.Sub(a.Bought) > verify.KeptAtLeast {
		c.outcome = untold
		return c
	}
	at := now.Add(max(wait, min(time.Duration(a.Asks)*auditRetry, auditLongest)))
	c.dueAt = &at
	return c
}

// trying is the progress of the ask that is running.
func (a audited) trying() verify.Progress {
	return verify.Progress{Uploaded: *a.AskedAt, Asked: *a.AskedAt, Asks: 1, Polls: a.Polls, Seed: a.ID}
}

// found ends the round.
func (c finding) found(a audited, now time.Time) finding {
	c.missedAt = nil
	if a.Round == 2 {
		c.outcome = kept
		return c
	}
	at := a.Credited.Add(auditSecond)
	if at.Before(now.Add(auditConfirm)) {
		at = now.Add(auditConfirm)
	}
	c.round, c.dueAt = 2, &at
	return c
}

// missed believes it on the second day: an outage of the service's search, or of a
// part of it, looks the same for hours.
func (c finding) missed(a audited, now time.Time) finding {
	if a.MissedAt != nil {
		c.outcome = annulled
		return c
	}
	at := now.Add(auditConfirm)
	c.missedAt, c.dueAt = &now, &at
	return c
}

// settleAudit records the call and what follows from it. When the audit has moved on
// since it was claimed, only the call is recorded.
func (s *Service) settleAudit(ctx context.Context, now time.Time, a audited, r reply, c finding) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if r.call != "" {
			if _, err := tx.Exec(ctx, qAttempt, a.ID, r.provider, r.call, a.Sum, r.answer.Class, r.answer.Code, now); err != nil {
				return err
			}
		}
		ends, err := c.doubt(ctx, tx, r.provider)
		if err != nil {
			return err
		}
		moved, err := tx.Exec(ctx, qAuditFollow, a.ID, a.Asks, a.Polls, a.MessageID,
			c.round, c.asks, c.polls, storage.OrNull(c.messageID), c.askedAt, c.missedAt, c.dueAt, storage.OrNull(ends))
		if err != nil || moved.RowsAffected() == 0 {
			return err
		}
		return s.endAudit(ctx, tx, now, a, r.answer, ends)
	})
}

// doubt is the outcome, weighed once more: a service that has found nothing at all
// since it first missed this receipt may have lost its search and not the receipt.
func (c finding) doubt(ctx context.Context, tx storage.Tx, provider string) (outcome, error) {
	if c.outcome != annulled {
		return c.outcome, nil
	}
	found, err := storage.Earliest(ctx, tx, qLastFound, provider)
	if err != nil || found.After(*c.missedAt) {
		return c.outcome, err
	}
	return person, nil
}

// endAudit does what belongs to an outcome. A receipt that was revoked meanwhile is
// left alone.
func (s *Service) endAudit(ctx context.Context, tx storage.Tx, now time.Time, a audited, last verify.Answer, ends outcome) error {
	var err error
	switch ends {
	case annulled:
		_, err = s.RevokeTx(ctx, tx, now, Revocation{Receipt: a.ID, Reason: Annulled})
		if errors.Is(err, ErrNotCredited) {
			return nil
		}
	case person:
		_, err = askOfCredited(ctx, tx, now, review.Ask{
			Kind: review.Fraud, About: fmt.Sprintf("audit/%d", a.ID), Receipt: a.ID, Reason: string(Annulled),
			Detail: map[string]any{"class": last.Class, "code": last.Code, "missed": a.MissedAt},
		})
	}
	return err
}
