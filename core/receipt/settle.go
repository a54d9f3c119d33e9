package receipt

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"besedka/core/expr"
	"besedka/core/fiscal"
	"besedka/core/review"
	"besedka/core/slo"
	"besedka/storage"
)

// settle records the call and what follows from it. When the receipt has moved
// on since it was claimed, only the call is recorded: somebody else's answer was
// first.
func (s *Service) settle(ctx context.Context, now time.Time, p pending, r reply) error {
	c := p.follow(r, now)
	contents, err := marshal(c.contents)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if r.call != "" {
			if _, err := tx.Exec(ctx, qAttempt, p.ID, r.provider, r.call, p.Sum, r.answer.Class, r.answer.Code, now); err != nil {
				return err
			}
		}
		moved, err := storage.Collect[subject](ctx, tx, qFollow, p.ID, p.Asks, p.Polls, p.MessageID,
			c.state, storage.OrNull(c.reason), c.authentic, c.asks, c.polls, storage.OrNull(c.messageID), c.askedAt, c.dueAt,
			c.sum, c.ambiguous, contents, r.provider, now, c.doubted, c.unknowns)
		if err != nil || len(moved) == 0 {
			return err
		}
		if r := moved[0]; r.State != p.State {
			return s.enter(ctx, tx, now, r, c.reason, "")
		}
		return nil
	})
}

func marshal(contents *fiscal.Receipt) ([]byte, error) {
	if contents == nil {
		return nil, nil
	}
	text, err := json.Marshal(contents)
	if err != nil {
		return nil, fmt.Errorf("write contents: %w", err)
	}
	return text, nil
}

// subject is a receipt as those around it need to know it.
type subject struct {
	ID      int64  `db:"id"`
	FN      string `db:"fn"`
	FD      int64  `db:"fd"`
	FP      int64  `db:"fp"`
	Sum     int64  `db:"sum"`
	Member  int64  `db:"member_id"`
	Subject int64  `db:"subject_id"`
	State   State  `db:"state"`
}

// enter does what belongs to the state that r has just come to. Cause is a person's.
func (s *Service) enter(ctx context.Context, tx storage.Tx, now time.Time, r subject, reason Reason, cause review.Cause) error {
	if r.State == Verified || r.State == Rejected {
		if err := slo.VerdictTx(ctx, tx, now, r.ID); err != nil {
			return err
		}
	}
	switch r.State {
	case Verified:
		return s.verified(ctx, tx, now, r)
	case Rejected:
		return s.rejected(ctx, tx, now, r, reason, cause)
	case Manual:
		return s.manual(ctx, tx, now, r, reason)
	}
	return nil
}

// verified ends the hopes of whoever waits with another claim of the key: the
// document is known now, and it is this one.
func (s *Service) verified(ctx context.Context, tx storage.Tx, now time.Time, r subject) error {
	if err := review.CloseTx(ctx, tx, now, r.ID, true, review.Receipt); err != nil {
		return err
	}
	if err := s.findGoods(ctx, tx, now, r.ID); err != nil {
		return err
	}
	if err := s.findPlace(ctx, tx, now, r); err != nil {
		return err
	}
	losers, err := storage.Collect[loserRow](ctx, tx, qLosers, r.FN, r.FD, r.FP, r.ID, DuplicateOwn, DuplicateOther)
	if err != nil {
		return err
	}
	for _, l := range losers {
		if l.Told {
			continue
		}
		claim, _ := fiscal.Parse(l.QR) // stored canonical
		err := s.Notify(ctx, tx, now, Notice{
			Member: l.Member, Subject: l.Subject, Name: EventRejected,
			Key:  fmt.Sprintf("submission/%d/duplicate", l.ID),
			Args: args(0, claim.Sum, "reason", expr.TextOf(string(l.Reason)), "cause", expr.TextOf("")),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// rejected gives the fiscal key back, and to the claim that waits longest.
func (s *Service) rejected(ctx context.Context, tx storage.Tx, now time.Time, r subject, reason Reason, cause review.Cause) error {
	if err := review.CloseTx(ctx, tx, now, r.ID, false, review.OneReceipt...); err != nil {
		return err
	}
	var b storage.Batch
	b.Exec(qStatHoldClaims, r.FN, r.FD, r.FP, r.Member)
	b.Exec(qStatRejected, r.Member)
	if err := b.Send(ctx, tx); err != nil {
		return err
	}
	err := s.Notify(ctx, tx, now, Notice{
		Member: r.Member, Subject: r.Subject, Name: EventRejected,
		Key:  fmt.Sprintf("receipt/%d/rejected", r.ID),
		Args: args(r.ID, r.Sum, "reason", expr.TextOf(string(reason)), "cause", expr.TextOf(string(cause))),
	})
	if err != nil {
		return err
	}
	return s.promote(ctx, tx, now, r)
}

// promote makes the oldest waiting claim of a freed key its receipt. Nobody can
// have taken the key before: whoever tries waits for this transaction.
func (s *Service) promote(ctx context.Context, tx storage.Tx, now time.Time, freed subject) error {
	rows, err := storage.Collect[entry](ctx, tx, qTakeUp, freed.FN, freed.FD, freed.FP)
	if err != nil || len(rows) == 0 {
		return err
	}
	e := rows[0]
	claim, err := fiscal.Parse(e.QR)
	if err != nil {
		return fmt.Errorf("stored claim of submission %d: %w", e.ID, err)
	}
	opened, err := s.open(ctx, tx, now, e, claim)
	switch {
	case err != nil:
		return err
	case opened == 0:
		return fmt.Errorf("open the receipt of submission %d: %w", e.ID, storage.ErrMoved)
	case s.unasked(): // its sender heard only that it was taken
		return s.manual(ctx, tx, now, subject{ID: opened, Sum: claim.Sum, Member: e.Member, Subject: e.Subject}, NoProvider)
	}
	return nil
}

// manual puts the receipt before a person and says so to the member.
func (s *Service) manual(ctx context.Context, tx storage.Tx, now time.Time, r subject, reason Reason) error {
	ask := review.Ask{Kind: review.Receipt, About: review.AboutReceipt(r.ID), Receipt: r.ID, Reason: string(reason)}
	if _, err := review.OpenTx(ctx, tx, now, ask); err != nil {
		return err
	}
	return s.Notify(ctx, tx, now, Notice{
		Member: r.Member, Subject: r.Subject, Name: EventManual,
		Key: fmt.Sprintf("receipt/%d/manual", r.ID), Args: args(r.ID, r.Sum),
	})
}

// args are what every event about a receipt carries, and pairs of name and value.
func args(receipt, sum int64, more ...any) map[string]expr.Value {
	m := map[string]expr.Value{"receipt": expr.CountOf(receipt), "sum": expr.MoneyOf(sum)}
	for i := 0; i+1 < len(more); i += 2 {
		m[more[i].(string)] = more[i+1].(expr.Value)
	}
	return m
}
