package member

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/review"
	"besedka/storage"
)

// Refusals of a suspension.
var (
	ErrSuspended    = errors.New("the member is suspended already")
	ErrNotSuspended = errors.New("the member is not suspended")
)

// Suspension is a named person's decision about a member.
type Suspension struct {
	Member int64
	Staff  int64
	Cause  review.Cause
	Note   string // in the person's words
}

// SuspendTx keeps a member's receipts from being credited until LiftTx: they are
// taken and verified as ever. It waits for what is being credited.
func (s *Service) SuspendTx(ctx context.Context, tx storage.Tx, now time.Time, p Suspension) error {
	tag, err := tx.Exec(ctx, qSuspend, p.Member, now, p.Cause, p.Note, p.Staff)
	if err == nil && tag.RowsAffected() == 0 {
		err = unchanged(ctx, tx, p.Member, ErrSuspended)
	}
	if err != nil {
		return fmt.Errorf("suspend member %d: %w", p.Member, err)
	}
	return nil
}

// LiftTx ends a suspension. Who calls it wakes the receipts that were kept.
func (s *Service) LiftTx(ctx context.Context, tx storage.Tx, now time.Time, p Suspension) error {
	tag, err := tx.Exec(ctx, qLift, p.Member, now, p.Staff, p.Note)
	if err == nil && tag.RowsAffected() == 0 {
		err = unchanged(ctx, tx, p.Member, ErrNotSuspended)
	}
	if err != nil {
		return fmt.Errorf("lift suspension of member %d: %w", p.Member, err)
	}
	return nil
}

// unchanged says why nobody was suspended or let go.
func unchanged(ctx context.Context, q storage.Querier, id int64, why error) error {
	if _, err := storage.One[Member](ctx, q, qMember, id); err != nil {
		return err
	}
	return why
}
