package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// Balance is what a member has in one currency at an instant. What is available, held
// and pending is together what the postings say, but for expired lots not swept yet.
type Balance struct {
	Points      int64      `db:"points"`       // minor units, available to be spent
	Held        int64      `db:"held"`         // reserved for what is being spent
	Pending     int64      `db:"pending"`      // not available yet
	PendingFrom *time.Time `db:"pending_from"` // when the first of them is; nil when nothing is pending
	NextExpiry  *time.Time `db:"next_expiry"`  // exclusive; nil when nothing available will expire
	NextPoints  int64      `db:"next_points"`  // what goes at NextExpiry
}

// BalanceOf is the balance of one member; zero when there is no account.
func BalanceOf(ctx context.Context, q storage.Querier, now time.Time, member int64, currency string) (Balance, error) {
	b, err := storage.One[Balance](ctx, q, qBalance, member, currency, now)
	if errors.Is(err, storage.ErrNotFound) {
		return Balance{}, nil
	}
	if err != nil {
		return Balance{}, fmt.Errorf("balance of member %d: %w", member, err)
	}
	return b, nil
}

// QueueBalance asks for the balance of a member along with what else b asks; there is
// none when there is no account.
func QueueBalance(b *storage.Batch, now time.Time, member int64, currency string) *[]Balance {
	return storage.Queue[Balance](b, qBalance, member, currency, now)
}

// Entry is one line of a statement: one posting on the account of the member's points.
type Entry struct {
	ID       int64      `db:"id" json:"id"`
	At       time.Time  `db:"at" json:"at"`
	Kind     string     `db:"kind" json:"kind"` // of its transaction: accrue, redeem, refund, release, reverse, repay, expire, tier, merge, unmerge, join, part
	Reason   string     `db:"reason" json:"reason,omitempty"`
	Member   int64      `db:"member" json:"member"`               // whose it was, on an account that a family shares
	Card     string     `db:"card" json:"card,omitempty"`         // that was shown for it
	Campaign string     `db:"campaign" json:"campaign,omitempty"` // as the receipt: of one's own entries alone
	Receipt  int64      `db:"receipt" json:"receipt,omitempty"`   // 0 = none
	Currency string     `db:"currency" json:"currency"`
	Amount   int64      `db:"amount" json:"amount"`                // minor units, signed
	Expires  *time.Time `db:"expires_at" json:"expires,omitempty"` // of the lot it opened or drew on
	Balance  int64      `db:"balance" json:"balance"`              // after it
}

// PageRows is the number of entries on one page of a statement.
const PageRows = 50

// Statement is a page of a member's entries, newest first. before is the ID of
// the last entry of the page before it, 0 for the first page. Where partners are named it is
// what receipts made at them have moved, and no Balance is to be shown: it tells of others.
func Statement(ctx context.Context, q storage.Querier, member, before int64, partners ...string) ([]Entry, error) {
	entries, err := storage.Collect[Entry](ctx, q, qStatement, member, before, PageRows, partners)
	if err != nil {
		return nil, fmt.Errorf("statement of member %d: %w", member, err)
	}
	return entries, nil
}

// Posting is one leg of a transaction that a receipt caused.
type Posting struct {
	ID       int64     `db:"id" json:"id"`
	Receipt  int64     `db:"receipt_id" json:"receipt"`
	Key      string    `db:"key" json:"key"`      // of its transaction
	Account  string    `db:"kind" json:"account"` // member, issue
	Currency string    `db:"currency" json:"currency"`
	Amount   int64     `db:"amount" json:"amount"` // minor units, signed; a transaction's sum to zero
	At       time.Time `db:"at" json:"at"`
}

// PostingsOf are the postings that the receipts caused, in their order.
func PostingsOf(ctx context.Context, q storage.Querier, receipts []int64) ([]Posting, error) {
	postings, err := storage.Collect[Posting](ctx, q, qPostings, receipts)
	if err != nil {
		return nil, fmt.Errorf("postings of receipts: %w", err)
	}
	return postings, nil
}
