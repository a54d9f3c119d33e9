package ledger

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// Taking is points that a rule of the programme takes from a member, for a tier.
type Taking struct {
	Key      string // unique in the ledger: the same key takes once
	Member   int64
	Currency string
	Amount   int64 // minor units, above zero
	Reason   string
	At       time.Time
}

// TakeTx takes t.Amount as a redemption would, the first to expire first, or what is
// available when that is less; taken is how much that was. A key seen before changes
// nothing and has taken nothing.
func TakeTx(ctx context.Context, tx storage.Tx, t Taking) (taken int64, err error) {
	if t.Amount <= 0 {
		return 0, fmt.Errorf("take %s: amount %d is not above zero", t.Key, t.Amount)
	}
	var b storage.Batch
	b.Exec(qLockMembers, t.Currency, []int64{t.Member})
	b.Exec(qEnsureRedeem, t.Currency)
	found := storage.Queue[pointsRow](&b, qTakeFree, t.Member, t.Currency, t.Amount, t.At, t.Key, t.Reason)
	if err := b.Send(ctx, tx); err != nil {
		return 0, fmt.Errorf("take %s: %w", t.Key, err)
	}
	return (*found)[0].Points, nil
}

// HoldBalancesTx is BalanceOf for several members, in their order, that nobody moves
// until the transaction ends: their accounts are locked by ascending id.
func HoldBalancesTx(ctx context.Context, tx storage.Tx, now time.Time, members []int64, currency string) ([]Balance, error) {
	if _, err := tx.Exec(ctx, qLockMembers, currency, members); err != nil {
		return nil, fmt.Errorf("hold balances of %d members: %w", len(members), err)
	}
	var b storage.Batch
	found := make([]*[]Balance, len(members))
	for i, m := range members {
		found[i] = storage.Queue[Balance](&b, qBalance, m, currency, now)
	}
	if err := b.Send(ctx, tx); err != nil {
		return nil, fmt.Errorf("balances of %d members: %w", len(members), err)
	}
	all := make([]Balance, len(members))
	for i, rows := range found {
		if len(*rows) > 0 {
			all[i] = (*rows)[0]
		}
	}
	return all, nil
}
