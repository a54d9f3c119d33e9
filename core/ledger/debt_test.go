package ledger_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/ledger"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// Loyalty model A34 under each policy: 10 was earned, 8 of it spent, all of it is
// taken back; then 10 more are earned.
func TestDebtPolicies(t *testing.T) {
	t.Parallel()
	for policy, tt := range map[ledger.Debt]struct {
		back        ledger.Reversed
		then, after int64 // available
	}{
		ledger.WithinBalance: {ledger.Reversed{Awarded: 10_00, Taken: 2_00, Short: 8_00, Due: 8_00}, 0, 10_00},
		ledger.OnlyPending:   {ledger.Reversed{Awarded: 10_00, Short: 10_00}, 2_00, 12_00},
		ledger.AllowNegative: {ledger.Reversed{Awarded: 10_00, Taken: 10_00, Owed: 8_00}, -8_00, 2_00},
	} {
		t.Run(string(policy), func(t *testing.T) {
			t.Parallel()
			db, ctx := storagetest.DB(t), t.Context()
			member := newMember(ctx, t, db)
			receipt := newReceipt(ctx, t, db, member, 1)
			var back ledger.Reversed
			inTx(ctx, t, db, func(ctx context.Context, tx storage.Tx) error {
				if err := award(ctx, tx, member, receipt, 10_00, "points", "a", day0, day(30)); err != nil {
					return err
				}
				return spend(ctx, tx, member, 8_00, "points", "spent", day0)
			})
			inTx(ctx, t, db, func(ctx context.Context, tx storage.Tx) (err error) {
				back, err = ledger.ReverseAwardTx(ctx, tx, ledger.AwardReversal{Receipt: receipt, Member: member, At: day(1), Debt: func(string) ledger.Debt { return policy }})
				return err
			})
			if diff := cmp.Diff(tt.back, back); diff != "" {
				t.Error(diff)
			}
			if got := balanceOf(ctx, t, db, day(1), member).Points; got != tt.then {
				t.Errorf("%d are left instead of %d", got, tt.then)
			}
			exact(ctx, t, db)
			inTx(ctx, t, db, func(_ context.Context, tx storage.Tx) error {
				accrue(t, tx, member, "next", 10_00, day(2), day(40))
				return nil
			})
			if got := balanceOf(ctx, t, db, day(2), member).Points; got != tt.after {
				t.Errorf("after the next award there are %d instead of %d", got, tt.after)
			}
			exact(ctx, t, db)
		})
	}
}

// What is pending is taken back whatever the policy; a debt moves with its member and
// is paid out of what the other one has.
func TestDebtMovesAlong(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	member, into := newMember(ctx, t, db), newMember(ctx, t, db)
	pending, spent := newReceipt(ctx, t, db, member, 1), newReceipt(ctx, t, db, member, 2)
	negative := func(string) ledger.Debt { return ledger.AllowNegative }
	inTx(ctx, t, db, func(ctx context.Context, tx storage.Tx) error {
		accrue(t, tx, into, "own", 7_00, day0, time.Time{})
		if err := ledger.AccrueTx(ctx, tx, ledger.Accrual{Key: "p", Member: member, Currency: "points", Amount: 5_00, Receipt: pending, At: day0, AvailableAt: day(9)}); err != nil {
			return err
		}
		if err := award(ctx, tx, member, spent, 10_00, "points", "a", day0, day(30)); err != nil {
			return err
		}
		return spend(ctx, tx, member, 10_00, "points", "spent", day0)
	})
	inTx(ctx, t, db, func(ctx context.Context, tx storage.Tx) error {
		back, err := ledger.ReverseAwardTx(ctx, tx, ledger.AwardReversal{Receipt: pending, Member: member, At: day(1), Debt: func(string) ledger.Debt { return ledger.OnlyPending }})
		if diff := cmp.Diff(ledger.Reversed{Awarded: 5_00, Taken: 5_00}, back); diff != "" {
			t.Error(diff)
		}
		return err
	})
	inTx(ctx, t, db, func(ctx context.Context, tx storage.Tx) error {
		_, err := ledger.ReverseAwardTx(ctx, tx, ledger.AwardReversal{Receipt: spent, Member: member, At: day(1), Debt: negative})
		return err
	})
	inTx(ctx, t, db, func(ctx context.Context, tx storage.Tx) error { return ledger.MergeTx(ctx, tx, day(2), member, into) })
	if a, b := balanceOf(ctx, t, db, day(2), member).Points, balanceOf(ctx, t, db, day(2), into).Points; a != 0 || b != -3_00 {
		t.Errorf("after the merger: %d and %d", a, b)
	}
	exact(ctx, t, db)
}
