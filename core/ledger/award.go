package ledger

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// AwardReversal takes back whatever a receipt brought.
type AwardReversal struct {
	Receipt int64
	Member  int64 // who has it now
	Reason  string
	At      time.Time

	// Debt is the policy of a currency; nil = WithinBalance of all.
	Debt func(currency string) Debt
}

// Reversed is what became of an award that was taken back, in minor units:
// Awarded = Taken + Expired + Short.
type Reversed struct {
	Awarded int64 `json:"awarded"`
	Taken   int64 `json:"taken"`   // out of the member's lots, and what they owe from now on
	Expired int64 `json:"expired"` // nobody had it any more
	Short   int64 `json:"short"`   // spent, and the member has no other points

	Owed int64 `json:"owed,omitempty"` // of Taken, by AllowNegative
	Due  int64 `json:"due,omitempty"`  // of Short, by WithinBalance: people decide about it
}

// ReverseAwardTx takes every accrual of a receipt back: out of the award's own lots,
// and for what was spent of them by the policy of its currency. WithinBalance takes it
// out of the member's other lots, the first to expire first, and never more than there
// is. What is held is left alone. The caller holds the receipt, so that nobody else
// does the same meanwhile, and keeps what is short.
func ReverseAwardTx(ctx context.Context, tx storage.Tx, r AwardReversal) (total Reversed, err error) {
	accruals, err := storage.Collect[accrualRow](ctx, tx, qAward, r.Receipt)
	if err != nil {
		return total, fmt.Errorf("reverse award of receipt %d: %w", r.Receipt, err)
	}
	for _, a := range accruals {
		one, err := a.reverse(ctx, tx, r)
		if err != nil {
			return total, fmt.Errorf("reverse %s: %w", a.Key, err)
		}
		total.Awarded += one.Awarded
		total.Taken += one.Taken
		total.Expired += one.Expired
		total.Short += one.Short
		total.Owed += one.Owed
		total.Due += one.Due
	}
	return total, nil
}

type accrualRow struct {
	Key      string  `db:"key"`
	Campaign *string `db:"campaign_id"`
	Version  *int    `db:"version"`
	Currency string  `db:"currency"`
	Lot      int64   `db:"lot_id"`
	Amount   int64   `db:"amount"`
}

type takenRow struct {
	Expired int64 `db:"expired"`
	Taken   int64 `db:"taken"`
	Owed    int64 `db:"owed"`
}

// reverse sweeps first, so that what expired by now is expired and not taken.
func (a accrualRow) reverse(ctx context.Context, tx storage.Tx, r AwardReversal) (Reversed, error) {
	if _, err := tx.Exec(ctx, qEnsureOwner, a.Currency, r.Member); err != nil { // what is not there cannot be held
		return Reversed{}, err
	}
	locked, err := lockMember(ctx, tx, a.Currency, r.Member)
	if err != nil {
		return Reversed{}, err
	}
	ids := make([]int64, len(locked))
	for i, l := range locked {
		ids[i] = l.ID
	}
	debt := WithinBalance
	if r.Debt != nil {
		debt = cmp.Or(r.Debt(a.Currency), WithinBalance)
	}
	var b storage.Batch
	b.Exec(qSweep, ids, r.At)
	taken := storage.Queue[takenRow](&b, qReverseAward, r.Member, a.Currency, a.Lot, a.Amount,
		"reverse/"+a.Key, a.Campaign, a.Version, r.Receipt, r.Reason, r.At, debt)
	if err := b.Send(ctx, tx); err != nil {
		return Reversed{}, err
	}
	t := (*taken)[0]
	back := Reversed{Awarded: a.Amount, Taken: t.Taken, Expired: t.Expired, Short: a.Amount - t.Taken - t.Expired, Owed: t.Owed}
	if debt == WithinBalance {
		back.Due = back.Short
	}
	return back, nil
}
