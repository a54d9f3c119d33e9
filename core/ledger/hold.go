package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// Hold reserves points that a member is about to spend.
type Hold struct {
	Key      string // unique among holds: the same key holds once
	Member   int64
	Currency string
	Amount   int64     // minor units, above zero
	Until    time.Time // exclusive: from then on they are the member's again; zero = only its owner ends it
	Reason   string
	Card     string // the number of the card that was shown; empty = none
	Bill     string // what it pays for: see LockBillTx; empty = nobody says
	At       time.Time
}

// Settlement ends the hold of a key.
type Settlement struct {
	Key    string
	Reason string // empty = the hold's own
	At     time.Time
}

// Insufficient refuses a hold of more than a member has.
type Insufficient struct {
	Available int64 // minor units
}

func (e *Insufficient) Error() string { return fmt.Sprintf("only %d are available", e.Available) }

// Errors of whoever settles a hold.
var (
	ErrNoHold = errors.New("no such hold")
	ErrEnded  = errors.New("the hold has ended otherwise") // released, or its time has passed; or committed, when it is to be released
)

// HoldTx reserves h.Amount in the member's lots, in the order in which they are
// spent. What is held is not available and does not expire. It is *Insufficient, and
// changes nothing, when there is not enough. A key seen before changes nothing
// either and is no error, whatever became of its hold.
func HoldTx(ctx context.Context, tx storage.Tx, h Hold) error {
	if h.Amount <= 0 {
		return fmt.Errorf("hold %s: amount %d is not above zero", h.Key, h.Amount)
	}
	var b storage.Batch
	b.Exec(qLockMembers, h.Currency, []int64{h.Member})
	tried := storage.Queue[triedRow](&b, qHold, h.Member, h.Currency, h.Amount, h.At, h.Key, storage.OrNull(h.Until), h.Reason, storage.OrNull(h.Card), storage.OrNull(h.Bill))
	if err := b.Send(ctx, tx); err != nil {
		return fmt.Errorf("hold %s: %w", h.Key, err)
	}
	if t := (*tried)[0]; !t.Made && !t.Known && t.Available < h.Amount {
		return fmt.Errorf("hold %s: %w", h.Key, &Insufficient{Available: t.Available})
	}
	return nil
}

// LockBillTx lets one transaction at a time reserve points for a bill. Its lock is
// taken after the member's and before the account's.
func LockBillTx(ctx context.Context, tx storage.Tx, bill string) error {
	if _, err := tx.Exec(ctx, qLockBill, bill); err != nil {
		return fmt.Errorf("wait for other reservations of one bill: %w", err)
	}
	return nil
}

// PaidFor is how much is reserved or spent for a bill since an instant.
func PaidFor(ctx context.Context, q storage.Querier, bill string, since time.Time) (int64, error) {
	paid, err := storage.Value[int64](ctx, q, qPaidFor, bill, since)
	if err != nil {
		return 0, fmt.Errorf("what is paid of a bill: %w", err)
	}
	return paid, nil
}

// CommitTx spends what is held: it becomes a redemption out of the lots it lay in. A
// committed hold stays committed; one that was released, or whose time has passed,
// is ErrEnded.
func CommitTx(ctx context.Context, tx storage.Tx, s Settlement) error {
	return settle(ctx, tx, "commit", s, func(h holdRow) (sql string, done bool, err error) {
		switch {
		case h.State == "committed":
			return "", true, nil
		case h.State != "open" || h.Until != nil && !h.Until.After(s.At):
			return "", false, ErrEnded
		}
		return qCommit, false, nil
	})
}

// ReleaseTx gives what is held back into the lots it lies in, with their expiry; out
// of a lot that has expired meanwhile it goes into a grace lot. A released hold stays
// released; a committed one is ErrEnded.
func ReleaseTx(ctx context.Context, tx storage.Tx, s Settlement) error {
	return settle(ctx, tx, "release", s, func(h holdRow) (sql string, done bool, err error) {
		switch h.State {
		case "released":
			return "", true, nil
		case "open":
			return qRelease, false, nil
		}
		return "", false, ErrEnded
	})
}

// RefundTx takes a redemption back: the points return to the lots that they were
// spent from, as by ReleaseTx. A refunded one stays refunded; one that is not
// committed is ErrEnded.
func RefundTx(ctx context.Context, tx storage.Tx, s Settlement) error {
	return settle(ctx, tx, "refund", s, func(h holdRow) (sql string, done bool, err error) {
		switch h.State {
		case "refunded":
			return "", true, nil
		case "committed":
			return qRefund, false, nil
		}
		return "", false, ErrEnded
	})
}

// settle holds the account, and does to the hold what its state then asks for.
func settle(ctx context.Context, tx storage.Tx, what string, s Settlement, choose func(holdRow) (sql string, done bool, err error)) error {
	h, err := lockHold(ctx, tx, s.Key)
	if err != nil {
		return fmt.Errorf("%s %s: %w", what, s.Key, err)
	}
	sql, done, err := choose(h)
	if err == nil && !done {
		_, err = tx.Exec(ctx, sql, []int64{h.ID}, []int64{h.Account}, s.At, s.Reason)
		if err == nil { // before the account pays what it owes: nobody who has left pays for others
			err = bringHome(ctx, tx, s.At, []int64{h.Account})
		}
		if err == nil {
			_, err = tx.Exec(ctx, qRepay, []int64{h.Account}, s.At)
		}
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", what, s.Key, err)
	}
	return nil
}

// lockHold locks the account that the hold of a key is on, and reads it then. One
// that a merger has moved to another account meanwhile is followed.
func lockHold(ctx context.Context, tx storage.Tx, key string) (holdRow, error) {
	for {
		var b storage.Batch
		locked := storage.Queue[idRow](&b, qLockHold, key)
		seen := storage.Queue[holdRow](&b, qHoldOf, key)
		if err := b.Send(ctx, tx); err != nil {
			return holdRow{}, err
		}
		if len(*locked) == 0 {
			return holdRow{}, ErrNoHold
		}
		if h := (*seen)[0]; h.Account == (*locked)[0].ID {
			return h, nil
		}
	}
}

// Held is a hold as it stands.
type Held struct {
	ID       int64      `db:"id" json:"id"`
	Key      string     `db:"key" json:"-"`
	Member   int64      `db:"member" json:"member"` // who has it now
	Card     string     `db:"card" json:"card,omitempty"`
	Currency string     `db:"currency" json:"currency"`
	Amount   int64      `db:"amount" json:"amount"`
	State    string     `db:"state" json:"state"` // open, committed, released, refunded
	Until    *time.Time `db:"until" json:"until,omitempty"`
	Reason   string     `db:"reason" json:"reason,omitempty"`
	At       time.Time  `db:"at" json:"at"`
	EndedAt  *time.Time `db:"ended_at" json:"endedAt,omitempty"`
}

// HeldBy is the hold of a key; storage.ErrNotFound when there is none.
func HeldBy(ctx context.Context, q storage.Querier, key string) (Held, error) {
	return storage.One[Held](ctx, q, qHeldBy, key, nil)
}

// HeldAs is the hold of a number; storage.ErrNotFound when there is none.
func HeldAs(ctx context.Context, q storage.Querier, id int64) (Held, error) {
	return storage.One[Held](ctx, q, qHeldBy, nil, id)
}

// Holds gives back what nobody has decided about in time.
type Holds struct{ DB *storage.DB }

// holdChunk is how many holds are released in one transaction.
const holdChunk = 200

// Step releases one chunk of the holds whose time has passed by now. Those on
// accounts that somebody has locked are left for later. next is when the next one
// ends.
func (h Holds) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	err = h.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		worked, next, err = releaseChunk(ctx, tx, now)
		return err
	})
	if err != nil {
		return false, time.Time{}, fmt.Errorf("release holds: %w", err)
	}
	return worked, next, nil
}

func releaseChunk(ctx context.Context, tx storage.Tx, now time.Time) (worked bool, next time.Time, err error) {
	due, err := storage.Collect[dueRow](ctx, tx, qHoldsDue, now, holdChunk)
	if err != nil {
		return false, next, err
	}
	holds, accounts := make([]int64, len(due)), make([]int64, len(due))
	for i, d := range due {
		holds[i], accounts[i] = d.ID, d.Account
	}
	if len(due) > 0 {
		if accounts, err = lockFree(ctx, tx, accounts); err != nil {
			return false, next, err
		}
		released, err := tx.Exec(ctx, qRelease, holds, accounts, now, "")
		if err != nil {
			return false, next, err
		}
		if err := bringHome(ctx, tx, now, accounts); err != nil { // before qRepay, as in settle
			return false, next, err
		}
		if _, err := tx.Exec(ctx, qRepay, accounts, now); err != nil {
			return false, next, err
		}
		worked = released.RowsAffected() > 0
	}
	earliest, err := storage.Earliest(ctx, tx, qEarliestHold)
	return worked, laterThan(now, earliest), err
}

// lockFree locks those of the accounts that nobody else holds.
func lockFree(ctx context.Context, tx storage.Tx, accounts []int64) ([]int64, error) {
	locked, err := storage.Collect[idRow](ctx, tx, qLockFree, accounts)
	ids := make([]int64, len(locked))
	for i, l := range locked {
		ids[i] = l.ID
	}
	return ids, err
}
