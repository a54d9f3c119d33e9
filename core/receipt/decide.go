package receipt

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"besedka/core/fiscal"
	"besedka/core/review"
	"besedka/storage"
)

// ErrDecided is the answer to a decision about a receipt that no longer waits
// for one.
var ErrDecided = errors.New("the receipt does not wait for a decision")

// A SumError refuses a decision without what was paid: a sum printed without a
// point is roubles on most tills and kopecks on some.
type SumError struct{ Readings []int64 } // kopecks

func (e *SumError) Error() string {
	return fmt.Sprintf("give as sum, in kopecks, what the paper says; the code can mean one of %d", e.Readings)
}

// Decision is a named person's verdict on a receipt.
type Decision struct {
	Receipt int64
	Staff   int64
	Approve bool
	Sum     int64 // kopecks, one reading of the claim; 0 will do when it has no other
	Cause   review.Cause
	Note    string // in the person's words
	Fence   int64  // as in review.Verdict
}

// DecideTx records a person's verdict and lets the receipt go on by it: approved
// it is credited by its claim, as nobody has its contents.
func (s *Service) DecideTx(ctx context.Context, tx storage.Tx, now time.Time, d Decision) error {
	if err := s.decide(ctx, tx, now, d); err != nil {
		return fmt.Errorf("decide on receipt %d: %w", d.Receipt, err)
	}
	return nil
}

func (s *Service) decide(ctx context.Context, tx storage.Tx, now time.Time, d Decision) error {
	sum, err := d.sum(ctx, tx)
	if err != nil {
		return err
	}
	task, err := review.FindOpen(ctx, tx, review.Receipt, review.AboutReceipt(d.Receipt))
	if err != nil {
		return err
	}
	if err := review.DecideTx(ctx, tx, now, d.verdict(task.ID)); err != nil {
		return err
	}
	state, reason, due := Rejected, ByStaff, (*time.Time)(nil)
	if d.Approve {
		state, reason, due = Verified, "", &now
	}
	decided, err := storage.One[subject](ctx, tx, qDecide, d.Receipt, state, storage.OrNull(reason), d.Staff, now, due, sum)
	if err != nil {
		return err
	}
	return s.enter(ctx, tx, now, decided, reason, d.Cause)
}

func (d Decision) verdict(task int64) review.Verdict {
	return review.Verdict{Task: task, Staff: d.Staff, Approve: d.Approve, Cause: d.Cause, Note: d.Note, Fence: d.Fence}
}

// sum is what the receipt is decided to be worth. The receipt is held from here
// on.
func (d Decision) sum(ctx context.Context, tx storage.Tx) (int64, error) {
	row, err := storage.One[struct {
		Sum       int64 `db:"sum"`
		Ambiguous bool  `db:"sum_ambiguous"`
	}](ctx, tx, qUndecided, d.Receipt)
	if errors.Is(err, storage.ErrNotFound) {
		return 0, ErrDecided
	}
	if err != nil {
		return 0, err
	}
	possible := readings(fiscal.QR{Sum: row.Sum, SumAmbiguous: row.Ambiguous})
	switch {
	case slices.Contains(possible, d.Sum):
		return d.Sum, nil
	case d.Sum != 0, d.Approve && row.Ambiguous:
		return 0, &SumError{possible}
	}
	return row.Sum, nil
}
