package ledger

import (
	"cmp"
	"context"
	"fmt"
	"slices"
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

// ReverseAwardTx takes back what is left of every accrual of a receipt: out of the
// award's own lots, and for what was spent of them by the policy of its currency.
// WithinBalance takes it out of the member's other lots, the first to expire first, and
// never more than there is. What is held is left alone. The caller holds the receipt, so
// that nobody else does the same meanwhile, and keeps what is short.
func ReverseAwardTx(ctx context.Context, tx storage.Tx, r AwardReversal) (total Reversed, err error) {
	accruals, err := storage.Collect[accrualRow](ctx, tx, qAward, r.Receipt, 0)
	if err != nil {
		return total, fmt.Errorf("reverse award of receipt %d: %w", r.Receipt, err)
	}
	accounts, err := lockAward(ctx, tx, r.Member, accruals)
	if err != nil {
		return total, fmt.Errorf("reverse award of receipt %d: %w", r.Receipt, err)
	}
	for _, a := range accruals {
		one, err := a.reverse(ctx, tx, r, accounts[a.Currency], 0)
		if err != nil {
			return total, fmt.Errorf("reverse %s: %w", a.Key, err)
		}
		total = total.Plus(one)
	}
	return total, nil
}

// Part is how much of one accrual of a receipt is taken back.
type Part struct {
	Key    string // of the accrual
	Amount int64  // minor units, above zero
}

// ReversePartsTx takes parts of a receipt's accruals back, each as ReverseAwardTx takes
// the whole, and answers by currency. The number is that of the refund, from 1: the same
// one takes no part twice. A part that is more than is left of its accrual is refused.
func ReversePartsTx(ctx context.Context, tx storage.Tx, r AwardReversal, number int, parts []Part) (map[string]Reversed, error) {
	accruals, err := storage.Collect[accrualRow](ctx, tx, qAward, r.Receipt, number)
	if err != nil {
		return nil, fmt.Errorf("take parts of receipt %d back: %w", r.Receipt, err)
	}
	wanted := make(map[string]int64, len(parts))
	for _, p := range parts {
		wanted[p.Key] = p.Amount
	}
	accruals = slices.DeleteFunc(accruals, func(a accrualRow) bool { _, ok := wanted[a.Key]; return !ok })
	accounts, err := lockAward(ctx, tx, r.Member, accruals)
	if err != nil {
		return nil, fmt.Errorf("take parts of receipt %d back: %w", r.Receipt, err)
	}
	total := map[string]Reversed{}
	for _, a := range accruals {
		amount := wanted[a.Key]
		if amount <= 0 || amount > a.Amount {
			return nil, fmt.Errorf("take %d of %s back: %d are left", amount, a.Key, a.Amount)
		}
		a.Amount = amount
		one, err := a.reverse(ctx, tx, r, accounts[a.Currency], number)
		if err != nil {
			return nil, fmt.Errorf("take %d of %s back: %w", amount, a.Key, err)
		}
		total[a.Currency] = total[a.Currency].Plus(one)
	}
	return total, nil
}

// Plus is both together.
func (r Reversed) Plus(o Reversed) Reversed {
	return Reversed{
		Awarded: r.Awarded + o.Awarded, Taken: r.Taken + o.Taken, Expired: r.Expired + o.Expired, Short: r.Short + o.Short,
		Owed: r.Owed + o.Owed, Due: r.Due + o.Due,
	}
}

type accrualRow struct {
	Tx       int64   `db:"tx_id"`
	Key      string  `db:"key"`
	Campaign *string `db:"campaign_id"`
	Version  *int    `db:"version"`
	Currency string  `db:"currency"`
	Lot      int64   `db:"lot_id"`
	Amount   int64   `db:"amount"`  // that no part has taken yet
	Expired  int64   `db:"expired"` // of the parts taken before
}

type takenRow struct {
	Expired int64 `db:"expired"`
	Taken   int64 `db:"taken"`
	Owed    int64 `db:"owed"`
}

// lockAward locks the accounts that accruals are taken from, by ascending id as everybody
// does, and tells them by currency; one that is not there is made, as what is not there
// cannot be held. As lockMember it looks again when the member's points lie elsewhere by
// then.
func lockAward(ctx context.Context, tx storage.Tx, member int64, accruals []accrualRow) (map[string]int64, error) {
	members, currencies := make([]int64, len(accruals)), make([]string, len(accruals))
	for i, a := range accruals {
		members[i], currencies[i] = member, a.Currency
	}
	for len(accruals) > 0 {
		var b storage.Batch
		b.Exec(qEnsureAccounts, members, currencies)
		rows := storage.Queue[ownRow](&b, qLockAward, member, currencies)
		if err := b.Send(ctx, tx); err != nil {
			return nil, err
		}
		owner, err := OwnerOf(ctx, tx, member)
		if err != nil {
			return nil, err
		}
		if len(*rows) > 0 && (*rows)[0].Member == owner {
			return byCurrency(*rows), nil
		}
	}
	return nil, nil
}

func byCurrency(rows []ownRow) map[string]int64 {
	accounts := make(map[string]int64, len(rows))
	for _, r := range rows {
		accounts[r.Currency] = r.ID
	}
	return accounts
}

// reverse takes a.Amount back out of a locked account, as the part of that number or, by
// 0, as what is left. It sweeps first, so that what expired by now is expired and not taken.
func (a accrualRow) reverse(ctx context.Context, tx storage.Tx, r AwardReversal, account int64, number int) (Reversed, error) {
	debt := WithinBalance
	if r.Debt != nil {
		debt = cmp.Or(r.Debt(a.Currency), WithinBalance)
	}
	var b storage.Batch
	b.Exec(qSweep, []int64{account}, r.At)
	taken := storage.Queue[takenRow](&b, qReverseAward, r.Member, a.Currency, a.Lot, a.Amount,
		a.reversalKey(number), a.Campaign, a.Version, r.Receipt, r.Reason, r.At, debt, a.Expired, a.Tx, number)
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

func (a accrualRow) reversalKey(number int) string {
	if number == 0 {
		return "reverse/" + a.Key
	}
	return fmt.Sprintf("reverse/%s/refund/%d", a.Key, number)
}
