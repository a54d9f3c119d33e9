package ledger

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"besedka/storage"
)

// Nightly checks the books every night and keeps what they came to. Several processes
// may check at once: they read, and the first one's word is kept.
type Nightly struct {
	DB     *storage.DB
	Zone   *time.Location
	Log    *slog.Logger
	Others []Checker // books that other packages keep
}

// Checker looks for breaches in the books of another package.
type Checker func(ctx context.Context, db *storage.DB) ([]Breach, error)

// RuleReadable is broken by books that could not be read at all.
const RuleReadable = "books_can_be_read"

// nightHour is when shoppers sleep.
const nightHour = 4

// Step checks the books when this night's check is due and not done. next is the
// coming night's.
func (n Nightly) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	year, month, day := now.In(n.Zone).Date()
	tonight := time.Date(year, month, day, nightHour, 0, 0, 0, n.Zone)
	if now.Before(tonight) {
		return false, tonight, nil
	}
	next = time.Date(year, month, day+1, nightHour, 0, 0, 0, n.Zone)
	done, err := storage.Value[bool](ctx, n.DB, qBooksChecked, tonight.Format(time.DateOnly))
	if err != nil || done {
		return false, next, err
	}
	report, err := Check(ctx, n.DB)
	if err != nil {
		return false, next, err
	}
	for _, check := range n.Others {
		found, err := check(ctx, n.DB)
		if ctx.Err() != nil {
			return false, next, err
		}
		if err != nil { // tried again at once it would be the same, after all of ours once more
			found = []Breach{{Rule: RuleReadable, Object: err.Error()}}
		}
		report.Breaches = append(report.Breaches, found...)
	}
	for _, b := range report.Breaches {
		n.Log.ErrorContext(ctx, "the books are not exact", "rule", b.Rule, "object", b.Object, "got", b.Got, "want", b.Want)
	}
	if _, err := n.DB.Exec(ctx, qBooksKeep, tonight.Format(time.DateOnly), now, report.Postings, len(report.Breaches)); err != nil {
		return false, next, fmt.Errorf("keep the check of the books: %w", err)
	}
	return true, next, nil
}

// Checked is what the books came to on one night.
type Checked struct {
	At       time.Time `db:"at"`
	Postings int64     `db:"postings"`
	Breaches int64     `db:"breaches"`
}

// LastCheck is the newest of Nightly's; false before the first night.
func LastCheck(ctx context.Context, q storage.Querier) (Checked, bool, error) {
	c, err := storage.One[Checked](ctx, q, qBooksLast)
	if errors.Is(err, storage.ErrNotFound) {
		return c, false, nil
	}
	if err != nil {
		return c, false, fmt.Errorf("last check of the books: %w", err)
	}
	return c, true, nil
}
