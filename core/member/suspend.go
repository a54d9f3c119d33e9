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

// SuspendTx keeps the receipts of whoever the member is by now from being credited
// until LiftTx: they are taken and verified as ever. It waits for what is being
// credited.
func (s *Service) SuspendTx(ctx context.Context, tx storage.Tx, now time.Time, p Suspension) error {
	id, err := s.HoldToChangeTx(ctx, tx, p.Member)
	if err != nil {
		return err
	}
	return changed(ctx, tx, ErrSuspended, qSuspend, id, now, p.Cause, p.Note, p.Staff)
}

// LiftTx ends a suspension. Who calls it wakes the receipts that were kept.
func (s *Service) LiftTx(ctx context.Context, tx storage.Tx, now time.Time, p Suspension) error {
	id, err := s.HoldToChangeTx(ctx, tx, p.Member)
	if err != nil {
		return err
	}
	return changed(ctx, tx, ErrNotSuspended, qLift, id, now, p.Staff, p.Note)
}

// changed carries out a guarded change of a member, or says why not.
func changed(ctx context.Context, tx storage.Tx, refusal error, sql string, id int64, args ...any) error {
	tag, err := tx.Exec(ctx, sql, append([]any{id}, args...)...)
	if err == nil && tag.RowsAffected() == 0 {
		err = refusal
	}
	if err != nil {
		return fmt.Errorf("suspension of member %d: %w", id, err)
	}
	return nil
}
