package ledger

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// MergeTx moves every open lot of from to where into's points lie, with its expiry and
// what is held of it, when the two turned out to be one person. By then from shares
// nobody's account, and nobody shares from's. Called again it finds nothing left to move.
func MergeTx(ctx context.Context, tx storage.Tx, now time.Time, from, into int64) error {
	err := eachCurrency(ctx, tx, from, into, func(currency string) error {
		return mergeAccounts(ctx, tx, now, currency, from, into)
	})
	if err == nil {
		err = renameTx(ctx, tx, from, into)
	}
	if err != nil {
		return fmt.Errorf("merge ledger of %d into %d: %w", from, into, err)
	}
	return nil
}

func mergeAccounts(ctx context.Context, tx storage.Tx, now time.Time, currency string, from, into int64) error {
	at, err := storage.Value[int64](ctx, tx, qOwner, into)
	if err != nil {
		return err
	}
	ids, err := lockOwn(ctx, tx, currency, from, at)
	if err != nil {
		return err
	}
	var b storage.Batch
	b.Exec(qSweep, []int64{ids[from], ids[at]}, now)
	b.Exec(qMove, ids[from], ids[at], now, into, at, "merge")
	b.Exec(qMoveDebt, ids[from], ids[at], now)
	b.Exec(qRepay, []int64{ids[at]}, now)
	return b.Send(ctx, tx)
}

// renameTx gives to into what of a master account was from's.
func renameTx(ctx context.Context, tx storage.Tx, from, into int64) error {
	var b storage.Batch
	b.Exec(qLockShared, from)
	b.Exec(qRenameLots, from, into)
	b.Exec(qRenameHolds, from, into)
	return b.Send(ctx, tx)
}

// eachCurrency does something with every currency in which one of two members has an
// account, in their order.
func eachCurrency(ctx context.Context, tx storage.Tx, a, b int64, do func(currency string) error) error {
	currencies, err := storage.Collect[currencyRow](ctx, tx, qCurrencies, []int64{a, b})
	for _, c := range currencies {
		if err == nil {
			err = do(c.Currency)
		}
	}
	return err
}

// lockOwn locks the own accounts of two members, made where there are none; the answer
// has their ids by member.
func lockOwn(ctx context.Context, tx storage.Tx, currency string, a, b int64) (map[int64]int64, error) {
	if _, err := tx.Exec(ctx, qEnsureOwn, currency, []int64{a, b}); err != nil {
		return nil, err
	}
	locked, err := storage.Collect[accountRow](ctx, tx, qLockOwn, currency, []int64{a, b})
	ids := make(map[int64]int64, len(locked))
	for _, l := range locked {
		ids[l.Member] = l.ID
	}
	return ids, err
}
