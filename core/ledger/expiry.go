package ledger

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// expiryRetry is how long before accounts that somebody held are tried again.
const expiryRetry = time.Second

// Expiry takes points away on their day.
type Expiry struct{ DB *storage.DB }

// Step sweeps the lots that expired by now from one chunk of accounts. Accounts
// that another transaction has locked are left for later. next is when the earliest remaining lot expires.
func (e Expiry) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	err = e.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		worked, next, err = sweepChunk(ctx, tx, now)
		return err
	})
	if err != nil {
		return false, time.Time{}, fmt.Errorf("expire points: %w", err)
	}
	return worked, next, nil
}

func sweepChunk(ctx context.Context, tx storage.Tx, now time.Time) (worked bool, next time.Time, err error) {
	locked, err := storage.Collect[accountRow](ctx, tx, qLockExpired, now)
	if err != nil {
		return false, next, err
	}
	if len(locked) > 0 {
		ids := make([]int64, len(locked))
		for i, a := range locked {
			ids[i] = a.ID
		}
		if _, err := tx.Exec(ctx, qSweep, ids, now); err != nil {
			return false, next, err
		}
	}
	earliest, err := storage.Earliest(ctx, tx, qEarliestExpiry)
	return len(locked) > 0, laterThan(now, earliest), err
}

// laterThan is when a step that left something due at earliest wakes again: what is
// due by now is in somebody's hands.
func laterThan(now, earliest time.Time) time.Time {
	if earliest.IsZero() || earliest.After(now) {
		return earliest
	}
	return now.Add(expiryRetry)
}
