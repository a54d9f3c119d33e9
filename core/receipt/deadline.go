package receipt

import (
	"context"
	"fmt"
	"time"

	"besedka/core/verify"
	"besedka/storage"
)

const (
	tellAfter     = 30 * time.Second // without a verdict the member hears that it takes longer
	hurried       = 20 * time.Hour   // instead of verify.Patience, under a campaign that ends within a day
	deadlineChunk = 100              // receipts in one transaction
)

// DeadlineStep keeps what was promised about time, whatever the provider does:
// after half a minute the member is told that it takes longer, after
// verify.Patience a person is asked. Under a campaign that ends within a day it is
// asked earlier, so that somebody looks before the shop closes and the campaign ends.
func (s *Service) DeadlineStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		overdue, err := s.escalate(ctx, tx, now)
		if err != nil {
			return err
		}
		untold, err := s.tellDelayed(ctx, tx, now)
		worked = overdue+untold > 0
		return err
	})
	if err != nil {
		return false, time.Time{}, fmt.Errorf("keep deadlines of receipts: %w", err)
	}
	oldest, err := storage.One[oldestRow](ctx, s.DB, qOldest, now.Add(-hurried))
	if err != nil {
		return false, time.Time{}, fmt.Errorf("look for deadlines of receipts: %w", err)
	}
	return worked, oldest.next(now), nil
}

type oldestRow struct {
	Untold *time.Time `db:"untold"`
	Asked  *time.Time `db:"asked"`
	Recent *time.Time `db:"recent"` // for less than hurried
}

func (o oldestRow) next(now time.Time) (next time.Time) {
	if o.Asked != nil {
		next = o.Asked.Add(verify.Patience)
	}
	if next.IsZero() {
		return next
	}
	if o.Recent != nil {
		next = earlier(next, o.Recent.Add(hurried))
	}
	if o.Untold != nil {
		next = earlier(next, o.Untold.Add(tellAfter))
	}
	return later(next, now.Add(creditBusy), true)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func (s *Service) escalate(ctx context.Context, tx storage.Tx, now time.Time) (int, error) {
	rows, err := storage.Collect[subject](ctx, tx, qEscalate, now.Add(-verify.Patience), Timeout, deadlineChunk, now.Add(-hurried), now)
	if err != nil {
		return 0, err
	}
	for _, r := range rows {
		if err := s.manual(ctx, tx, now, r, Timeout); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

func (s *Service) tellDelayed(ctx context.Context, tx storage.Tx, now time.Time) (int, error) {
	rows, err := storage.Collect[subject](ctx, tx, qTellDelayed, now.Add(-tellAfter), now, deadlineChunk)
	if err != nil {
		return 0, err
	}
	for _, r := range rows {
		err := s.Notify(ctx, tx, now, Notice{
			Member: r.Member, Subject: r.Subject, Name: EventDelayed,
			Key: fmt.Sprintf("receipt/%d/delayed", r.ID), Args: args(r.ID, r.Sum),
		})
		if err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}
