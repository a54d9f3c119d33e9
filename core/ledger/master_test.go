package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"besedka/core/ledger"
	"besedka/storage"
	"besedka/storage/storagetest"
)

func give(ctx context.Context, tx storage.Tx, key string, member, amount int64, expires time.Time) error {
	return ledger.AccrueTx(ctx, tx, ledger.Accrual{Key: key, Member: member, Currency: ledger.Bonus, Amount: amount, ExpiresAt: expires, At: day(0)})
}

// has looks what a member may spend.
func has(t *testing.T, q storage.Querier, member, want int64) {
	t.Helper()
	b, err := ledger.BalanceOf(t.Context(), q, day(1), member, ledger.Bonus)
	if err != nil || b.Points != want {
		t.Errorf("member %d has %d, %v, want %d", member, b.Points, err, want)
	}
}

func right(t *testing.T, db *storage.DB) {
	t.Helper()
	if report, err := ledger.Check(t.Context(), db); err != nil || len(report.Breaches) > 0 {
		t.Errorf("books: %+v, %v", report.Breaches, err)
	}
}

// TestTwoSpendFromOneAccount is A40 below the API: of two who redeem 70.00 of the
// common 100.00 at once one gets it, and the statement says who, by which card.
func TestTwoSpendFromOneAccount(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	head, other := newMember(ctx, t, db), newMember(ctx, t, db)
	inTx(ctx, t, db, func(ctx context.Context, tx storage.Tx) error {
		return errors.Join(give(ctx, tx, "a", head, 6000, day(30)), give(ctx, tx, "b", other, 4000, day(20)))
	})
	inTx(ctx, t, db, func(ctx context.Context, tx storage.Tx) error { return ledger.ShareTx(ctx, tx, day(1), other, head) })
	has(t, db, head, 10000)
	has(t, db, other, 10000)
	var g errgroup.Group
	refused := make([]error, 2)
	for i, who := range []int64{head, other} {
		g.Go(func() error {
			card := []string{"K1", "K2"}[i]
			err := db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
				h := ledger.Hold{Key: card, Member: who, Currency: ledger.Bonus, Amount: 7000, Card: card, At: day(1)}
				if err := ledger.HoldTx(ctx, tx, h); err != nil {
					return err
				}
				return ledger.CommitTx(ctx, tx, ledger.Settlement{Key: card, At: day(1)})
			})
			if _, short := errors.AsType[*ledger.Insufficient](err); short {
				refused[i], err = err, nil
			}
			return err
		})
	}
	if err := g.Wait(); err != nil || (refused[0] == nil) == (refused[1] == nil) {
		t.Fatalf("%v, refused %v, want one of the two", err, refused)
	}
	has(t, db, head, 3000)
	right(t, db)
	winner, card := head, "K1"
	if refused[0] != nil {
		winner, card = other, "K2"
	}
	entries, err := ledger.Statement(ctx, db, other, 0)
	if err != nil || len(entries) == 0 || entries[0].Card != card || entries[0].Member != winner {
		t.Errorf("the newest entry %+v, %v, want member %d by %s", entries, err, winner, card)
	}
}

// TestWhoLeavesTakesTheirOwn: lots keep whose they are, with their days, and what one has
// reserved of the others' goes back to them, into the same lots, however it is given back
// once they have left; what of it is their own follows them.
func TestWhoLeavesTakesTheirOwn(t *testing.T) {
	t.Parallel()
	over := day(2)
	for name, back := range map[string]func(ctx context.Context, db *storage.DB, tx storage.Tx) error{
		"released": func(ctx context.Context, _ *storage.DB, tx storage.Tx) error {
			return ledger.ReleaseTx(ctx, tx, ledger.Settlement{Key: "h", At: day(1)})
		},
		"refunded": func(ctx context.Context, _ *storage.DB, tx storage.Tx) error {
			return errors.Join(ledger.CommitTx(ctx, tx, ledger.Settlement{Key: "h", At: day(1)}), ledger.RefundTx(ctx, tx, ledger.Settlement{Key: "h", At: day(1)}))
		},
		"in time": func(ctx context.Context, db *storage.DB, _ storage.Tx) error {
			_, _, err := ledger.Holds{DB: db}.Step(ctx, over)
			return err
		},
	} {
		for _, take := range []bool{true, false} {
			t.Run(fmt.Sprint(name, take), func(t *testing.T) {
				t.Parallel()
				db, ctx := storagetest.DB(t), t.Context()
				head, other := newMember(ctx, t, db), newMember(ctx, t, db)
				inTx(ctx, t, db, func(ctx context.Context, tx storage.Tx) error {
					return errors.Join(give(ctx, tx, "a", head, 6000, day(30)), give(ctx, tx, "b", other, 4000, day(40)),
						ledger.ShareTx(ctx, tx, day(1), other, head),
						give(ctx, tx, "c", other, 500, day(50)),
						ledger.HoldTx(ctx, tx, ledger.Hold{Key: "h", Member: other, Currency: ledger.Bonus, Amount: 7000, Until: over, At: day(1)}))
				})
				has(t, db, other, 3500)
				inTx(ctx, t, db, func(ctx context.Context, tx storage.Tx) error { return ledger.PartTx(ctx, tx, day(1), other, take) })
				right(t, db)
				mine, theirs := int64(3500), int64(0)
				if !take {
					mine, theirs = 0, 3500
				}
				has(t, db, other, mine)
				has(t, db, head, theirs)
				inTx(ctx, t, db, func(ctx context.Context, tx storage.Tx) error { return back(ctx, db, tx) })
				mine, theirs = 4500, 6000
				if !take {
					mine, theirs = 0, 10500
				}
				has(t, db, other, mine)
				has(t, db, head, theirs)
				right(t, db)
				if b, err := ledger.BalanceOf(ctx, db, day(1), head, ledger.Bonus); err != nil || b.NextExpiry == nil || !b.NextExpiry.Equal(day(30)) || b.NextPoints != 6000 {
					t.Errorf("the head's next to expire are %+v, %v", b, err)
				}
			})
		}
	}
}

// TestFamiliesInStatements: joining and leaving are called what they are.
func TestFamiliesInStatements(t *testing.T) {
	t.Parallel()
	ctx, tx := t.Context(), storagetest.Tx(t)
	head, other := newMember(ctx, t, tx), newMember(ctx, t, tx)
	for _, do := range []struct {
		act  func() error
		kind string
	}{
		{func() error { return give(ctx, tx, "a", other, 100, day(9)) }, "accrue"},
		{func() error { return ledger.ShareTx(ctx, tx, day(1), other, head) }, "join"},
		{func() error { return ledger.PartTx(ctx, tx, day(1), other, true) }, "part"},
	} {
		if err := do.act(); err != nil {
			t.Fatal(err)
		}
		entries, err := ledger.Statement(ctx, tx, other, 0)
		if err != nil || len(entries) == 0 || entries[0].Kind != do.kind {
			t.Errorf("the newest entry is %+v, %v, want %s", entries, err, do.kind)
		}
	}
}

// TestNobodyPaysAnothersDebt: who owes is not taken in, and nothing moves.
func TestNobodyPaysAnothersDebt(t *testing.T) {
	t.Parallel()
	ctx, tx := t.Context(), storagetest.Tx(t)
	head, other, third := newMember(ctx, t, tx), newMember(ctx, t, tx), newMember(ctx, t, tx)
	if err := errors.Join(give(ctx, tx, "a", head, 100, day(9)), give(ctx, tx, "b", other, 100, day(9))); err != nil {
		t.Fatal(err)
	}
	if err := ledger.ShareTx(ctx, tx, day(1), other, head); err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]int64{{head, third}, {other, third}, {third, other}} {
		if err := ledger.ShareTx(ctx, tx, day(1), pair[0], pair[1]); !errors.Is(err, ledger.ErrShared) {
			t.Errorf("%v: %v, want ErrShared", pair, err)
		}
	}
	if _, err := tx.Exec(ctx, "insert into account (kind, currency, member_id, owed, balance) values ('member', 'bonus', $1, 5, -5)", third); err != nil {
		t.Fatal(err)
	}
	if err := ledger.ShareTx(ctx, tx, day(1), third, head); !errors.Is(err, ledger.ErrOwes) {
		t.Errorf("%v, want ErrOwes", err)
	}
}

// TestFrozenPointsOfAFamily go with who leaves, whatever else does: a status is not shed
// by leaving.
func TestFrozenPointsOfAFamily(t *testing.T) {
	t.Parallel()
	for take, want := range map[bool]struct{ stays, frozen int64 }{true: {0, 100}, false: {0, 100}} {
		t.Run(fmt.Sprint(take), func(t *testing.T) {
			ctx, tx := t.Context(), storagetest.Tx(t)
			head, other := newMember(ctx, t, tx), newMember(ctx, t, tx)
			a := ledger.Accrual{Key: "a", Member: other, Currency: ledger.Bonus, Amount: 100, ExpiresAt: day(60), Frozen: true, At: day(0)}
			if err := errors.Join(ledger.ShareTx(ctx, tx, day(0), other, head), ledger.AccrueTx(ctx, tx, a), ledger.PartTx(ctx, tx, day(1), other, take)); err != nil {
				t.Fatal(err)
			}
			has(t, tx, head, want.stays)
			if b, err := ledger.BalanceOf(ctx, tx, day(1), other, ledger.Bonus); err != nil || b.Points != 0 || b.Pending != want.frozen {
				t.Errorf("who left has %+v, %v", b, err)
			}
		})
	}
}

// TestFrozenPoints cannot be spent and do not expire; thawed they live on as they
// would have, a fortnight at least.
func TestFrozenPoints(t *testing.T) {
	t.Parallel()
	ctx, tx := t.Context(), storagetest.Tx(t)
	who := newMember(ctx, t, tx)
	for i, expires := range []time.Time{day(5), day(60), {}} {
		a := ledger.Accrual{Key: string(rune('a' + i)), Member: who, Currency: ledger.Bonus, Amount: 100, ExpiresAt: expires, Frozen: true, At: day(0)}
		if err := ledger.AccrueTx(ctx, tx, a); err != nil {
			t.Fatal(err)
		}
	}
	b, err := ledger.BalanceOf(ctx, tx, day(10), who, ledger.Bonus)
	if want := (ledger.Balance{Pending: 300}); err != nil || cmp.Diff(want, b) != "" {
		t.Errorf("%+v, %v, want %+v", b, err, want)
	}
	for range 2 {
		if err := ledger.ThawTx(ctx, tx, day(10), who); err != nil {
			t.Fatal(err)
		}
	}
	b, err = ledger.BalanceOf(ctx, tx, day(10), who, ledger.Bonus)
	if err != nil || b.Points != 300 || b.NextExpiry == nil || !b.NextExpiry.Equal(day(25)) || b.NextPoints != 100 {
		t.Errorf("thawed: %+v, %v", b, err)
	}
}

// TestRefundOfBeforeTheFamily brings back to who had spent what was spent before they came.
func TestRefundOfBeforeTheFamily(t *testing.T) {
	t.Parallel()
	ctx, tx := t.Context(), storagetest.Tx(t)
	head, other := newMember(ctx, t, tx), newMember(ctx, t, tx)
	s := ledger.Settlement{Key: "spent", At: day(1)}
	err := errors.Join(
		ledger.AccrueTx(ctx, tx, ledger.Accrual{Key: "a", Member: other, Currency: ledger.Bonus, Amount: 100, At: day(0)}),
		ledger.HoldTx(ctx, tx, ledger.Hold{Key: "spent", Member: other, Currency: ledger.Bonus, Amount: 100, At: day(0)}),
		ledger.CommitTx(ctx, tx, s),
		ledger.ShareTx(ctx, tx, day(1), other, head),
		ledger.RefundTx(ctx, tx, s),
		ledger.PartTx(ctx, tx, day(2), other, true))
	if err != nil {
		t.Fatal(err)
	}
	has(t, tx, other, 100)
	has(t, tx, head, 0)
}
