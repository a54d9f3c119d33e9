package receipt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"besedka/core/fiscal"
	"besedka/core/verify"
	"besedka/storage"
)

const (
	askAtOnce = 8                // receipts asked for in one step, in parallel; several steps may run at once
	askBusy   = time.Second      // before receipts in somebody's hands are tried again
	askLease  = 40 * time.Second // longer than a call may take; then, or when we die, another process may take the receipt

	// callTimeout is for all that one call may need: a fresh token, a second one
	// when that is refused, and two tries with them. What is left of the lease is
	// for recording what came.
	callTimeout = 30 * time.Second
)

// VerifyStep asks the tax service for receipts that are due: each is sent or
// polled once, outside any transaction, and what came back is recorded under the
// guard that the receipt has not moved on. next is when the next one is due.
func (s *Service) VerifyStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	if s.Provider == nil {
		return false, time.Time{}, nil
	}
	due, probe, next, err := s.claimDue(ctx, now)
	if err != nil {
		return false, time.Time{}, fmt.Errorf("claim receipts to verify: %w", err)
	}
	calls := make([]reply, len(due))
	var g errgroup.Group
	for i, p := range due {
		g.Go(func() (err error) {
			calls[i], err = s.ask(ctx, now, p)
			return err
		})
	}
	err = errors.Join(g.Wait(), s.recordCalls(ctx, now, probe, calls))
	return len(due) > 0, next, err
}

// pending is a receipt that is being asked for.
type pending struct {
	ID        int64      `db:"id"`
	FN        string     `db:"fn"`
	FD        int64      `db:"fd"`
	FP        int64      `db:"fp"`
	Operation int        `db:"operation"`
	LocalTime time.Time  `db:"local_time"`
	Bought    time.Time  `db:"purchased_at"`
	Sum       int64      `db:"sum"`
	Ambiguous bool       `db:"sum_ambiguous"`
	Member    int64      `db:"member_id"`
	Subject   int64      `db:"subject_id"`
	State     State      `db:"state"`
	Asks      int        `db:"asks"`
	Polls     int        `db:"polls"`
	MessageID string     `db:"message_id"`
	AskedAt   *time.Time `db:"asked_at"`
	QueuedAt  time.Time  `db:"queued_at"`
}

func (p pending) claim() fiscal.QR {
	return fiscal.QR{
		Time: fiscal.CivilAt(p.LocalTime), Sum: p.Sum, SumAmbiguous: p.Ambiguous,
		FN: p.FN, FD: p.FD, FP: p.FP, Operation: fiscal.Operation(p.Operation),
	}
}

func (p pending) progress() verify.Progress {
	pr := verify.Progress{Uploaded: p.QueuedAt, Asks: p.Asks, Polls: p.Polls, Seed: p.ID}
	if p.AskedAt != nil {
		pr.Asked = *p.AskedAt
	}
	return pr
}

// claimDue leases receipts to this process, as many as the breaker lets through.
// While it is open, next is when it may be tried again, and probe is not zero when
// this is the one receipt to try it with.
func (s *Service) claimDue(ctx context.Context, now time.Time) (due []pending, probe, next time.Time, err error) {
	me, err := s.DB.Session(ctx)
	if err != nil {
		return nil, time.Time{}, time.Time{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		due, probe, next = nil, time.Time{}, time.Time{}
		if _, err := tx.Exec(ctx, qFreeAsked, now.Add(askBusy)); err != nil {
			return err
		}
		if next, err = storage.Earliest(ctx, tx, qNextAsk); err != nil || next.IsZero() || next.After(now) {
			return err
		}
		b, err := lockBreaker(ctx, tx, s.Name)
		if err != nil {
			return err
		}
		after, pass := b.Ask(now)
		if !pass {
			next = b.OpenUntil
			return nil
		}
		limit := askAtOnce
		if probe = after.OpenUntil; !probe.IsZero() {
			limit = 1
			if err := saveBreaker(ctx, tx, s.Name, after); err != nil {
				return err
			}
		}
		next = now.Add(askBusy)
		due, err = storage.Collect[pending](ctx, tx, qClaimDue, now, now.Add(askLease), limit, me)
		return err
	})
	return due, probe, next, err
}

// reply is what one call to the provider brought.
type reply struct {
	call      string // send or poll; "" when no call was made
	messageID string // of a send that succeeded
	answer    verify.Answer
	wait      time.Duration // the least that a failure demands
}

// ask makes the receipt's next call and settles what came of it. Requisites that
// the provider has refused before are refused again without asking.
func (s *Service) ask(ctx context.Context, now time.Time, p pending) (reply, error) {
	r := reply{call: "poll"}
	if p.MessageID == "" {
		reason, err := refusedBefore(ctx, s.DB, p.claim())
		if err != nil {
			return reply{}, fmt.Errorf("look for earlier refusals of receipt %d: %w", p.ID, err)
		}
		if r.call = "send"; reason != "" {
			r = reply{answer: verify.Answer{Class: verify.Class(reason)}}
		}
	}
	if r.call != "" {
		r = s.call(ctx, now, p, r)
	}
	if err := s.settle(ctx, now, p, r); err != nil {
		return r, fmt.Errorf("settle receipt %d: %w", p.ID, err)
	}
	return r, nil
}

// call goes over the network. A failure becomes an answer of its class.
func (s *Service) call(ctx context.Context, now time.Time, p pending, r reply) reply {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	q := verify.Query{QR: p.claim(), User: fmt.Sprintf("member-%d", p.Member)}
	var err error
	if r.call == "send" {
		r.messageID, err = s.Provider.Send(ctx, now, q)
		r.answer.Class = verify.Processing
	} else {
		r.answer, err = s.Provider.Poll(ctx, now, q.User, p.MessageID)
		r.answer = r.answer.Judge(q.QR, p.Bought, now)
	}
	if failure, ok := errors.AsType[*verify.Failure](err); ok {
		r.answer = verify.Answer{Class: failure.Class, Code: failure.Code}
		r.wait = failure.RetryAfter
		s.Log.WarnContext(ctx, "the tax service gave no answer", "receipt", p.ID, "call", r.call, "err", err)
	}
	return r
}

// recordCalls lets the breaker know how the calls of a step went.
func (s *Service) recordCalls(ctx context.Context, now, probe time.Time, calls []reply) error {
	made := false
	for _, r := range calls {
		made = made || r.call != ""
	}
	if !made {
		return nil
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		b, err := lockBreaker(ctx, tx, s.Name)
		if err != nil {
			return err
		}
		for _, r := range calls {
			if r.call != "" {
				b = b.Record(r.answer.Class, probe, now)
			}
		}
		return saveBreaker(ctx, tx, s.Name, b)
	})
	if err != nil {
		return fmt.Errorf("record calls to the tax service: %w", err)
	}
	return nil
}
