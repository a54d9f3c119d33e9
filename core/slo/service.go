package slo

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"besedka/storage"
)

// Service measures against the targets.
type Service struct {
	DB   *storage.DB
	Zone *time.Location // whose days are counted
	Log  *slog.Logger
}

// VerdictTx keeps that a receipt has its verdict now; a later one of the same
// receipt changes nothing.
func VerdictTx(ctx context.Context, tx storage.Tx, now time.Time, receipt int64) error {
	if _, err := tx.Exec(ctx, qVerdict, receipt, now); err != nil {
		return fmt.Errorf("keep the verdict of receipt %d: %w", receipt, err)
	}
	return nil
}

// Standing is how the promises are kept at an instant.
type Standing struct {
	Targets   [len(targets)]Figure // over the window
	Undecided Counts               // receipts without a verdict, of whatever day, by age
}

// Standing reads it. A receipt from before the window counts as long as it has no
// verdict: a promise is not kept again by looking away.
func (s *Service) Standing(ctx context.Context, q storage.Querier, now time.Time) (Standing, error) {
	rows, err := storage.Collect[standingRow](ctx, q, qStanding, s.dayOf(now, 1-WindowDays), limits(), now)
	if err != nil {
		return Standing{}, fmt.Errorf("how the promises about time are kept: %w", err)
	}
	decided, undecided := sorted(rows)
	return Standing{judge(decided, undecided), undecided}, nil
}

// Uploaded is how the receipts of a time stand at an instant.
type Uploaded struct {
	Standing
	Decided Counts // those with a verdict
}

// Between are those uploaded from an instant until before another, as they stand at now.
func Between(ctx context.Context, q storage.Querier, from, until, now time.Time) (Uploaded, error) {
	rows, err := storage.Collect[standingRow](ctx, q, qUploaded, from, until, limits(), now)
	if err != nil {
		return Uploaded{}, fmt.Errorf("verdicts of receipts uploaded from %s until %s: %w", from, until, err)
	}
	decided, undecided := sorted(rows)
	return Uploaded{Standing{judge(decided, undecided), undecided}, decided}, nil
}

type standingRow struct {
	Decided  bool  `db:"decided"`
	Missed   int   `db:"missed"`
	Receipts int64 `db:"receipts"`
}

func sorted(rows []standingRow) (decided, undecided Counts) {
	for _, r := range rows {
		if r.Decided {
			decided[r.Missed] += r.Receipts
		} else {
			undecided[r.Missed] += r.Receipts
		}
	}
	return decided, undecided
}

// dayOf is the day of an instant by the zone's calendar, moved by some days, as a
// date of the database.
func (s *Service) dayOf(at time.Time, move int) time.Time {
	y, m, d := at.In(s.Zone).Date()
	return time.Date(y, m, d+move, 0, 0, 0, 0, time.UTC)
}

// midnight begins the day after the one of at.
func (s *Service) midnight(at time.Time) time.Time {
	y, m, d := at.In(s.Zone).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, s.Zone)
}
