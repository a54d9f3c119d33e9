package storage

import (
	"context"
	"time"
)

// Earliest reads an instant at which something falls due; zero when the query
// gives null, as min does of nothing.
func Earliest(ctx context.Context, q Querier, sql string, args ...any) (time.Time, error) {
	at, err := Value[*time.Time](ctx, q, sql, args...)
	if err != nil || at == nil {
		return time.Time{}, err
	}
	return *at, nil
}

// Retention deletes rows that were kept for long enough.
type Retention struct {
	Kept   time.Duration
	Delete string // rows of $1 and before, at most $2
	Eldest string // instant of the eldest row left
}

// forgetPerStep is how many rows a Step deletes at most.
const forgetPerStep = 256

// Step deletes some rows whose time is over at now. It has worked when there may
// be more; next is when the eldest row that is left is kept for long enough.
func (r Retention) Step(ctx context.Context, db *DB, now time.Time) (worked bool, next time.Time, err error) {
	gone, err := db.Exec(ctx, r.Delete, now.Add(-r.Kept), forgetPerStep)
	if err != nil {
		return false, time.Time{}, err
	}
	eldest, err := Earliest(ctx, db, r.Eldest)
	if err != nil || eldest.IsZero() {
		return gone.RowsAffected() > 0, time.Time{}, err
	}
	return gone.RowsAffected() > 0, eldest.Add(r.Kept), nil
}
