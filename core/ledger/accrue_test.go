package ledger_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"besedka/core/ledger"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// drawAccruals is a group in any order, whose keys other groups may have, too. What an
// accrual is follows from its number.
func drawAccruals(t *rapid.T, currency string, members []int64) (group []ledger.Accrual) {
	for _, n := range rapid.SliceOfN(rapid.IntRange(0, 30), 0, 12).Draw(t, "numbers") {
		m := mixed{n: n, at: n % lastDay, currency: fmt.Sprint(currency, n%2), members: members, receipts: []int64{0}}
		group = append(group, m.accrual())
	}
	return group
}

// Groups that have keys, accounts and currencies in common are accrued at once, while
// points expire and are spent: every key counts once, is new to one of them, and the
// books balance.
func TestGroupsAccrueEveryKeyOnce(t *testing.T) {
	t.Parallel()
	db, ctx, run := storagetest.DB(t), t.Context(), 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		currency := fmt.Sprint("group", run, "-")
		members := []int64{newMember(ctx, t, db), newMember(ctx, t, db), newMember(ctx, t, db)}
		groups := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) []ledger.Accrual { return drawAccruals(t, currency, members) }), 1, 8).Draw(t, "groups")
		once := map[string]int64{}
		var fresh atomic.Int64
		var all errgroup.Group
		for i, group := range groups {
			for _, a := range group {
				once[a.Key] = a.Amount
			}
			all.Go(func() error {
				n := 0
				err := db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
					given, err := ledger.AccrueAllTx(ctx, tx, group)
					n = 0
					for _, g := range given {
						if g {
							n++
						}
					}
					return err
				})
				fresh.Add(int64(n))
				return err
			})
			all.Go(func() error {
				_, _, err := ledger.Expiry{DB: db}.Step(ctx, day(i))
				return err
			})
		}
		if err := all.Wait(); err != nil {
			t.Fatal(err)
		}
		var want int64
		for _, amount := range once {
			want += amount
		}
		report, err := ledger.Check(ctx, db)
		if err != nil || len(report.Breaches) > 0 {
			t.Fatalf("books: %+v, %v", report.Breaches, err)
		}
		got := sumOf(report, currency+"0").Issued + sumOf(report, currency+"1").Issued
		if got != want || fresh.Load() != int64(len(once)) {
			t.Fatalf("issued %d, %d keys were new; want %d and %d", got, fresh.Load(), want, len(once))
		}
	})
}

// One accrual that cannot be takes the others with it, and a member's debt is paid by
// the points of the whole group.
func TestGroupsStandOrFallTogether(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	member := newMember(ctx, t, db)
	group := []ledger.Accrual{
		{Key: "a", Member: member, Currency: "points", Amount: 5, At: day0},
		{Key: "b", Member: member, Currency: "points", Amount: 0, At: day0},
	}
	give := func(ctx context.Context, tx storage.Tx) error {
		_, err := ledger.AccrueAllTx(ctx, tx, group)
		return err
	}
	if err := db.InTx(ctx, give); err == nil {
		t.Error("an accrual of nothing is taken")
	}
	owe(ctx, t, db, member, 7)
	group[1].Amount = 9
	inTx(ctx, t, db, give)
	balance, err := ledger.BalanceOf(ctx, db, day0, member, "points")
	if err != nil || balance.Points != 5+9-7 {
		t.Errorf("%+v, %v", balance, err)
	}
	if report, err := ledger.Check(ctx, db); err != nil || len(report.Breaches) > 0 {
		t.Errorf("books: %+v, %v", report.Breaches, err)
	}
}

// owe lets a member spend an award that is taken back.
func owe(ctx context.Context, t *testing.T, db *storage.DB, member, amount int64) {
	t.Helper()
	receipt := newReceipt(ctx, t, db, member, 1)
	inTx(ctx, t, db, func(ctx context.Context, tx storage.Tx) error {
		if err := award(ctx, tx, member, receipt, amount, "points", "x", day0, time.Time{}); err != nil {
			return err
		}
		if err := spend(ctx, tx, member, amount, "points", "spent", day0); err != nil {
			return err
		}
		_, err := ledger.ReverseAwardTx(ctx, tx, ledger.AwardReversal{
			Receipt: receipt, Member: member, At: day0, Debt: func(string) ledger.Debt { return ledger.AllowNegative },
		})
		return err
	})
}
