package ledger

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// Bonus is the currency of programmes: minor units of scale 2, one bonus to a
// ruble.
const Bonus = "bonus"

// Accrual is points given to a member.
type Accrual struct {
	Key       string // unique in the ledger: the same key accrues once
	Member    int64
	Currency  string
	Amount    int64     // minor units, above zero
	ExpiresAt time.Time // exclusive: the first instant without them; zero = never
	Campaign  string
	Version   int
	Receipt   int64 // 0 when no receipt earned them
	Reason    string
	At        time.Time

	// AvailableAt is the first instant they may be spent at, until which they are
	// pending; zero = at once, by every clock: others may be behind At.
	AvailableAt time.Time

	Card   string // the number of the card that earned them; empty = none
	Frozen bool   // they can be neither spent nor expire until ThawTx
}

// AccrueTx opens a lot for a. A key seen before changes nothing and is no error.
// The lots of the account that expired by a.At are swept along the way.
func AccrueTx(ctx context.Context, tx storage.Tx, a Accrual) error {
	_, err := AccrueAllTx(ctx, tx, []Accrual{a})
	return err
}

// Reversal takes points back from a member.
type Reversal struct {
	Key      string // unique in the ledger: the same key takes back once
	Member   int64
	Currency string
	Amount   int64 // minor units, above zero
	Reason   string
	At       time.Time
}

// ReverseTx takes back what of r.Amount is available to a member, from the lots that
// expire first; it never makes a balance negative. A key seen before changes nothing.
func ReverseTx(ctx context.Context, tx storage.Tx, r Reversal) error {
	locked, err := lockMember(ctx, tx, r.Currency, r.Member)
	if err != nil {
		return fmt.Errorf("reverse %s: %w", r.Key, err)
	}
	if len(locked) == 0 { // one that is opened from now on is not ours to take from: nobody holds it
		return nil
	}
	if _, err := tx.Exec(ctx, qReverse, r.Member, r.Currency, r.Amount, r.At, r.Key, r.Reason); err != nil {
		return fmt.Errorf("reverse %s: %w", r.Key, err)
	}
	return nil
}
