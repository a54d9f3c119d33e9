package review

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

const (
	SkippedFor = 30 * time.Minute // whoever passed a task over is not given it again
	AskedFor   = 48 * time.Hour   // a shopper who was asked for another photo is waited for
)

// Of is whose hand reaches for a task, and at which taking of it.
type Of struct {
	Task, Staff int64
	Fence       int64 // as in Verdict
}

// Seeker is who looks for something to decide.
type Seeker struct {
	Staff    int64
	Kinds    []Kind
	Partners []string // at whom the receipts were made that they see; none: all
}

// TakeNextTx gives who looks for one the oldest task that waits for a person; false when
// there is none. Two who ask at once get two tasks.
func TakeNextTx(ctx context.Context, tx storage.Tx, now time.Time, s Seeker) (Taken, bool, error) {
	rows, err := storage.Collect[Taken](ctx, tx, qTakeNext, s.Staff, now.Add(TakenFor), now, s.Kinds, now.Add(-AskedFor), 0, s.Partners)
	if err != nil {
		return Taken{}, false, fmt.Errorf("take the next task: %w", err)
	}
	if len(rows) == 0 {
		return Taken{}, false, nil
	}
	return rows[0], true, nil
}

// Peek is the task that TakeNextTx would give now if besides were decided, 0 for none:
// it takes nothing.
func Peek(ctx context.Context, q storage.Querier, now time.Time, s Seeker, besides int64) (int64, error) {
	id, err := storage.Value[int64](ctx, q, qPeek, s.Staff, now, now, s.Kinds, now.Add(-AskedFor), besides, s.Partners)
	if err != nil {
		return 0, fmt.Errorf("look for the next task: %w", err)
	}
	return id, nil
}

// SkipTx leaves a task to others: it is not given to the one who passed it over before
// SkippedFor has gone by.
func SkipTx(ctx context.Context, tx storage.Tx, now time.Time, of Of) error {
	tag, err := tx.Exec(ctx, qSkip, of.Staff, now.Add(SkippedFor), now, of.Task, of.Fence)
	if err == nil && tag.RowsAffected() == 0 {
		err = refused(ctx, tx, now, of.Task, of.Staff)
	}
	if err != nil {
		return fmt.Errorf("skip task %d: %w", of.Task, err)
	}
	return nil
}

// ErrAsked is the answer to who asks for a photo that is being waited for.
var ErrAsked = errors.New("the shopper was asked for another photo and has not sent it yet")

// AskTx leaves a task until its shopper has sent another photo, or AskedFor is over. It
// returns how often they have been asked. Telling them is the caller's.
func AskTx(ctx context.Context, tx storage.Tx, now time.Time, of Of) (asks int64, err error) {
	rows, err := storage.Collect[asksRow](ctx, tx, qAsk, of.Staff, of.Fence, now, of.Task, now.Add(-AskedFor))
	if err == nil && len(rows) == 0 {
		if err = refused(ctx, tx, now, of.Task, of.Staff); errors.Is(err, ErrLost) {
			err = lostOrAsked(ctx, tx, of)
		}
	}
	if err != nil {
		return 0, fmt.Errorf("ask for another photo, task %d: %w", of.Task, err)
	}
	return rows[0].Asks, nil
}

type asksRow struct {
	Asks int64 `db:"asks"`
}

// lostOrAsked tells why a task that nobody else holds was not asked about.
func lostOrAsked(ctx context.Context, q storage.Querier, of Of) error {
	t, err := Find(ctx, q, of.Task)
	if err == nil && of.Fence != 0 && (t.Fence != of.Fence || t.TakenBy != of.Staff) {
		return ErrLost
	}
	if err == nil {
		err = ErrAsked
	}
	return err
}

// Answered are those of the tasks whose shopper has sent another photo since they were
// asked for one.
func Answered(ctx context.Context, q storage.Querier, tasks []int64) (map[int64]bool, error) {
	rows, err := storage.Collect[idRow](ctx, q, qAnswered, tasks)
	if err != nil {
		return nil, fmt.Errorf("look for photos that came: %w", err)
	}
	answered := make(map[int64]bool, len(rows))
	for _, r := range rows {
		answered[r.ID] = true
	}
	return answered, nil
}

type idRow struct {
	ID int64 `db:"id"`
}

// Pace is how many tasks somebody has decided.
type Pace struct {
	Hour int64 `db:"hour" json:"hour"` // in the last sixty minutes
	Day  int64 `db:"day" json:"day"`   // since since
}

// PaceOf is the pace of one of the staff; since is when the day began.
func PaceOf(ctx context.Context, q storage.Querier, now, since time.Time, staff int64) (Pace, error) {
	p, err := storage.One[Pace](ctx, q, qPace, staff, now.Add(-time.Hour), since)
	if err != nil {
		return Pace{}, fmt.Errorf("pace of the reviews: %w", err)
	}
	return p, nil
}
