package tier

import (
	"context"
	"fmt"
	"time"

	"besedka/core/tier/ladder"
	"besedka/storage"
)

// EventChanged is the name of News in scripts: tier, before and reason (Text), points
// (Points; below zero taken).
const EventChanged = "tier.changed"

// News is a change of tier that its member has not heard of.
type News struct {
	Member   int64         `db:"member_id"`
	Version  int           `db:"version"`
	Before   string        `db:"before"`
	Tier     string        `db:"tier"`
	Reason   ladder.Reason `db:"reason"`
	Delta    int64         `db:"delta"` // minor units given, below zero taken
	Currency string        `db:"currency"`
}

type untoldRow struct {
	ID     int64 `db:"id"`
	Member int64 `db:"member_id"`
}

// TellStep tells one chunk of members of their new tiers, unless people are not to be
// spoken to at now; of several changes since then the last one is told.
func (s *Service) TellStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	if loud := s.Loud(now); loud.After(now) {
		waiting, err := storage.Value[bool](ctx, s.DB, qUntoldLeft)
		if err != nil || !waiting {
			return false, time.Time{}, err
		}
		return false, loud, nil
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		worked, err = s.tell(ctx, tx, now)
		return err
	})
	if err != nil {
		return false, time.Time{}, fmt.Errorf("tell of tiers: %w", err)
	}
	return worked, time.Time{}, nil
}

func (s *Service) tell(ctx context.Context, tx storage.Tx, now time.Time) (worked bool, err error) {
	untold, err := storage.Collect[untoldRow](ctx, tx, qUntold, chunk)
	if err != nil || len(untold) == 0 {
		return false, err
	}
	ids := make([]int64, len(untold))
	for i, u := range untold {
		ids[i] = u.ID
	}
	news, err := storage.Collect[News](ctx, tx, qTell, ids)
	if err != nil {
		return false, err
	}
	for _, n := range news {
		if err := s.Tell(ctx, tx, now, n); err != nil {
			return false, fmt.Errorf("member %d: %w", n.Member, err)
		}
	}
	return true, nil
}
