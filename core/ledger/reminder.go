package ledger

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// RemindBefore is how long before points expire their member is told.
const RemindBefore = 7 * 24 * time.Hour

// remindChunk is how many lots are looked at in one transaction.
const remindChunk = 200

// Expiring is what of a member's points goes at one instant.
type Expiring struct {
	Account  int64     `db:"account_id"`
	Member   int64     `db:"member"`
	Currency string    `db:"currency"`
	Points   int64     `db:"points"`     // minor units
	At       time.Time `db:"expires_at"` // exclusive
}

// Reminders tell members of points that are about to expire, once for an account and
// day. What was given for so short a time that it would be told at once is not told.
type Reminders struct {
	DB   *storage.DB
	Loud func(time.Time) time.Time // the first instant from one on at which people are spoken to unasked
	Tell func(ctx context.Context, tx storage.Tx, now time.Time, e Expiring) error
}

// Step tells of one chunk of lots, unless people are not to be spoken to at now.
func (r Reminders) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	if loud := r.Loud(now); loud.After(now) {
		return false, loud, nil
	}
	err = r.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		worked, next, err = r.remind(ctx, tx, now)
		return err
	})
	if err != nil {
		return false, time.Time{}, fmt.Errorf("remind of points that expire: %w", err)
	}
	return worked, next, nil
}

func (r Reminders) remind(ctx context.Context, tx storage.Tx, now time.Time) (worked bool, next time.Time, err error) {
	horizon := now.Add(RemindBefore)
	due, err := storage.Collect[idRow](ctx, tx, qRemindDue, horizon, remindChunk)
	if err != nil {
		return false, next, err
	}
	accounts := make([]int64, len(due))
	for i, d := range due {
		accounts[i] = d.ID
	}
	if len(due) > 0 {
		if accounts, err = lockFree(ctx, tx, accounts); err != nil {
			return false, next, err
		}
		told, err := storage.Collect[Expiring](ctx, tx, qRemind, accounts, horizon, now, RemindBefore)
		if err != nil {
			return false, next, err
		}
		for _, e := range told {
			if err := r.Tell(ctx, tx, now, e); err != nil {
				return false, next, fmt.Errorf("tell member %d: %w", e.Member, err)
			}
		}
	}
	earliest, err := storage.Earliest(ctx, tx, qEarliestReminder)
	if err == nil && !earliest.IsZero() {
		next = r.Loud(laterThan(now, earliest.Add(-RemindBefore)))
	}
	return len(accounts) > 0, next, err
}
