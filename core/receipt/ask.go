package receipt

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

	inSight = time.Minute // since who sent it is taken to look at the chat
)

// VerifyStep asks a provider for receipts that are due: each is sent, polled or
// checked once, outside any transaction, and what came back is recorded under the
// guard that the receipt has not moved on. next is when the next one is due.
func (s *Service) VerifyStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	if s.unasked() {
		return false, time.Time{}, nil
	}
	r, next, err := s.claimDue(ctx, now)
	if err != nil {
		return false, time.Time{}, fmt.Errorf("claim receipts to verify: %w", err)
	}
	calls := make([]reply, len(r.due))
	var g errgroup.Group
	for i, p := range r.due {
		g.Go(func() (err error) {
			calls[i], err = s.ask(ctx, now, r, p)
			return err
		})
	}
	err = errors.Join(g.Wait(), s.recordCalls(ctx, now, r, calls))
	return len(r.due) > 0, next, err
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
	Doubted   bool       `db:"doubted"`
	Unknowns  int        `db:"unknowns"`
}

func (p pending) claim() fiscal.QR {
	return fiscal.QR{
		Time: fiscal.CivilAt(p.LocalTime), Sum: p.Sum, SumAmbiguous: p.Ambiguous,
		FN: p.FN, FD: p.FD, FP: p.FP, Operation: fiscal.Operation(p.Operation),
	}
}

func (p pending) progress() verify.Progress {
	pr := verify.Progress{Uploaded: p.QueuedAt, Asks: p.Asks, Polls: p.Polls, Unknowns: p.Unknowns, Seed: p.ID}
	if p.AskedAt != nil {
		pr.Asked = *p.AskedAt
	}
	return pr
}

// reply is what one call to a provider brought.
type reply struct {
	provider  string
	second    bool
	call      string // send, which a check is too, or poll; "" when no call was made
	messageID string // of a send that succeeded
	answer    verify.Answer
	wait      time.Duration // the least that a failure demands
	doubt     bool          // the first provider can be asked for its opinion
	instead   bool          // the second can be asked at once for what the first failed to tell
}

// ask makes the receipt's next call and settles what came of it. Requisites that
// a provider has refused before are refused again without asking.
func (s *Service) ask(ctx context.Context, now time.Time, to round, p pending) (reply, error) {
	r := to.next(p)
	if to.sends(p) {
		reason, err := refusedBefore(ctx, s.DB, p.claim())
		if err != nil {
			return reply{}, fmt.Errorf("look for earlier refusals of receipt %d: %w", p.ID, err)
		}
		if reason != "" {
			r.call, r.answer = "", verify.Answer{Class: verify.Class(reason)}
		}
	}
	if r.call != "" {
		done := s.show(ctx, now, p)
		r = s.call(ctx, now, p, r)
		done()
		r.instead = to.instead && r.answer.Class.OfProvider()
	}
	if err := s.settle(ctx, now, p, r); err != nil {
		return r, fmt.Errorf("settle receipt %d: %w", p.ID, err)
	}
	return r, nil
}

// show tells who has just sent the receipt that it is looked at; later they have gone
// about other things.
func (s *Service) show(ctx context.Context, now time.Time, p pending) (done func()) {
	if s.Busy == nil || now.Sub(p.QueuedAt) > inSight {
		return func() {}
	}
	return s.Busy(ctx, p.Subject)
}

// call goes over the network. A failure becomes an answer of its class.
func (s *Service) call(ctx context.Context, now time.Time, p pending, r reply) reply {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	q := verify.Query{QR: p.claim(), User: fmt.Sprintf("member-%d", p.Member)}
	var err error
	switch {
	case r.second:
		r.answer, err = s.Second.Check(ctx, now, q.QR)
		r.answer = r.answer.Judge(q.QR, p.Bought, now)
		r.doubt = r.answer.Class == verify.Unsure && s.Provider != nil
	case r.call == "send":
		r.messageID, err = s.Provider.Send(ctx, now, q)
		r.answer.Class = verify.Processing
	default:
		r.answer, err = s.Provider.Poll(ctx, now, q.User, p.MessageID)
		r.answer = r.answer.Judge(q.QR, p.Bought, now)
	}
	if failure, ok := errors.AsType[*verify.Failure](err); ok {
		r.answer = verify.Answer{Class: failure.Class, Code: failure.Code}
		r.wait = failure.RetryAfter
		s.Log.WarnContext(ctx, "a provider gave no answer", "provider", r.provider, "receipt", p.ID, "call", r.call, "err", err)
	}
	return r
}

// recordCalls lets the provider's breaker know how the calls of a step went.
func (s *Service) recordCalls(ctx context.Context, now time.Time, to round, calls []reply) error {
	made := slices.ContainsFunc(calls, func(r reply) bool { return r.call != "" })
	if !made {
		return nil
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		st, err := lock(ctx, tx, to.provider)
		if err != nil {
			return err
		}
		for _, r := range calls {
			if r.call != "" {
				st.Breaker = st.Record(r.answer.Class, to.probe, now)
			}
			if to.vain(r) {
				st.Quota = st.Refund(now)
			}
		}
		return st.save(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("record calls to %s: %w", to.provider.Name, err)
	}
	return nil
}
