package receipt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// ErrDecided is the answer to a decision about a receipt that no longer waits
// for one.
var ErrDecided = errors.New("the receipt does not wait for a decision")

// Decision is a named person's verdict on a receipt.
type Decision struct {
	Receipt int64
	Staff   int64
	Approve bool
	Note    string // why, in the person's words
}

// DecideTx records a person's verdict and lets the receipt go on by it: approved
// it is credited by its claim, as nobody has its contents.
func (s *Service) DecideTx(ctx context.Context, tx storage.Tx, now time.Time, d Decision) error {
	state, reason, verdict, due := Rejected, ByStaff, "rejected", (*time.Time)(nil)
	if d.Approve {
		state, reason, verdict, due = Verified, "", "approved", &now
	}
	rows, err := storage.Collect[subject](ctx, tx, qDecide, d.Receipt, state, orNull(reason), d.Staff, now, due)
	if err != nil {
		return fmt.Errorf("decide on receipt %d: %w", d.Receipt, err)
	}
	if len(rows) == 0 {
		return fmt.Errorf("receipt %d: %w", d.Receipt, ErrDecided)
	}
	if _, err := tx.Exec(ctx, qReviewBy, d.Receipt, now, verdict, d.Staff, d.Note); err != nil {
		return fmt.Errorf("decide on receipt %d: %w", d.Receipt, err)
	}
	if err := s.enter(ctx, tx, now, rows[0], reason); err != nil {
		return fmt.Errorf("decide on receipt %d: %w", d.Receipt, err)
	}
	return nil
}
