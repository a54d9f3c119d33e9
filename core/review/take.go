package review

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// TakenFor is how long a task is kept from others for the one who took it.
const TakenFor = 15 * time.Minute

// TakeTx gives an open task to one of the staff until TakenFor is over: nobody else
// takes or decides it meanwhile (ErrTaken). Whoever holds it may take it anew.
func TakeTx(ctx context.Context, tx storage.Tx, now time.Time, task, staff int64) (until time.Time, err error) {
	until = now.Add(TakenFor)
	tag, err := tx.Exec(ctx, qTake, task, staff, until, now)
	if err == nil && tag.RowsAffected() == 0 {
		err = refused(ctx, tx, task)
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("take task %d: %w", task, err)
	}
	return until, nil
}
