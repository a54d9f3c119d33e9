package review

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// TakenFor is how long a task is kept from others for the one who took it.
const TakenFor = 15 * time.Minute

// Taken is one taking of a task.
type Taken struct {
	Task  int64     `db:"id"`
	Fence int64     `db:"fence"` // tells this taking from those of others
	Until time.Time `db:"taken_until"`
}

// TakeTx gives an open task to one of the staff until TakenFor is over: nobody else
// takes or decides it meanwhile (ErrTaken). Whoever holds it may take it anew.
func TakeTx(ctx context.Context, tx storage.Tx, now time.Time, task, staff int64) (Taken, error) {
	rows, err := storage.Collect[Taken](ctx, tx, qTake, staff, now.Add(TakenFor), now, task)
	if err == nil && len(rows) == 0 {
		err = refused(ctx, tx, now, task, staff)
	}
	if err != nil {
		return Taken{}, fmt.Errorf("take task %d: %w", task, err)
	}
	return rows[0], nil
}
