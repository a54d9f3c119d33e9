package ledger_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"besedka/core/ledger"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// newReceipt is a receipt of a member for awards to name.
func newReceipt(ctx context.Context, t rapid.TB, q storage.Querier, member int64, fd int) int64 {
	t.Helper()
	id, err := storage.Value[int64](ctx, q, `insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
		values ($3::bigint::text, $2, 1, 1, $1::timestamptz at time zone 'UTC', 'UTC', $1, 100, $3, 'credited', $1, $1) returning id`, day0, fd, member)
	if err != nil {
		t.Fatalf("insert receipt: %v", err)
	}
	return id
}

// award gives a receipt's points of one campaign.
func award(ctx context.Context, tx storage.Tx, member, receipt, amount int64, currency, campaign string, at, expires time.Time) error {
	return ledger.AccrueTx(ctx, tx, ledger.Accrual{
		Key: fmt.Sprintf("%s/receipt/%d/%s", currency, receipt, campaign), Member: member, Currency: currency,
		Amount: amount, ExpiresAt: expires, Campaign: campaign, Version: 1, Receipt: receipt, At: at,
	})
}

// spend takes points as whatever spends does, the first to expire first.
func spend(ctx context.Context, tx storage.Tx, member, amount int64, currency, key string, at time.Time) error {
	return ledger.ReverseTx(ctx, tx, ledger.Reversal{Key: key, Member: member, Currency: currency, Amount: amount, Reason: "spent", At: at})
}

type lotView struct{ Remaining int64 }

// TestAwardGoesBackToItsOwnLots goes through the fates of an award, each in a
// database of its own; A34 of the loyalty model is among them.
func TestAwardGoesBackToItsOwnLots(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		other, otherEnds int64 // another lot of the member, and the day it expires on
		spent            int64
		at               int
		merged           bool
		want             ledger.Reversed
		left             []int64 // what remains in the member's lots, as they were made
	}{
		"untouched":                         {other: 500, otherEnds: 5, want: ledger.Reversed{Awarded: 1000, Taken: 1000}, left: []int64{500, 0, 0}},
		"spent a part (A34)":                {spent: 800, want: ledger.Reversed{Awarded: 1000, Taken: 200, Short: 800, Due: 800}, left: []int64{0, 0}},
		"spent, and has others":             {other: 900, otherEnds: 30, spent: 800, want: ledger.Reversed{Awarded: 1000, Taken: 1000}, left: []int64{100, 0, 0}},
		"spent, and has too few others":     {other: 300, otherEnds: 30, spent: 800, want: ledger.Reversed{Awarded: 1000, Taken: 500, Short: 500, Due: 500}, left: []int64{0, 0, 0}},
		"one of its lots is expired":        {at: 11, want: ledger.Reversed{Awarded: 1000, Taken: 400, Expired: 600}, left: []int64{0, 0}},
		"all is expired, others are spared": {other: 300, otherEnds: 90, at: 21, want: ledger.Reversed{Awarded: 1000, Expired: 1000}, left: []int64{300, 0, 0}},
		"its member was joined":             {other: 500, otherEnds: 5, merged: true, want: ledger.Reversed{Awarded: 1000, Taken: 1000}, left: []int64{500, 0, 0}},
		"joined, then one lot expired":      {merged: true, at: 11, want: ledger.Reversed{Awarded: 1000, Taken: 400, Expired: 600}, left: []int64{0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, ctx := storagetest.DB(t), t.Context()
			member, joined := newMember(ctx, t, db), newMember(ctx, t, db)
			receipt := newReceipt(ctx, t, db, member, 1)
			owner := member
			var got ledger.Reversed
			for _, do := range []func(ctx context.Context, tx storage.Tx) error{
				func(ctx context.Context, tx storage.Tx) error {
					if tt.other == 0 {
						return nil
					}
					accrue(t, tx, member, "other", tt.other, day0, day(int(tt.otherEnds)))
					return nil
				},
				func(ctx context.Context, tx storage.Tx) error {
					if err := award(ctx, tx, member, receipt, 600, "points", "a", day0, day(10)); err != nil {
						return err
					}
					return award(ctx, tx, member, receipt, 400, "points", "b", day0, day(20))
				},
				func(ctx context.Context, tx storage.Tx) error {
					if tt.spent == 0 {
						return nil
					}
					return spend(ctx, tx, member, tt.spent, "points", "spent", day0)
				},
				func(ctx context.Context, tx storage.Tx) error {
					if !tt.merged {
						return nil
					}
					owner = joined
					return ledger.MergeTx(ctx, tx, day0, member, joined)
				},
				func(ctx context.Context, tx storage.Tx) (err error) {
					got, err = ledger.ReverseAwardTx(ctx, tx, ledger.AwardReversal{Receipt: receipt, Member: owner, Reason: "annulled", At: day(tt.at)})
					return err
				},
			} {
				if err := db.InTx(ctx, do); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("reversed: %s", diff)
			}
			lots, err := storage.Collect[lotView](ctx, db, `select remaining from lot l join account a on a.id = l.account_id where a.member_id = $1 order by l.id`, owner)
			if err != nil {
				t.Fatal(err)
			}
			var left []int64
			for _, l := range lots {
				left = append(left, l.Remaining)
			}
			if diff := cmp.Diff(tt.left, left); diff != "" {
				t.Errorf("lots: %s", diff)
			}
			if report, err := ledger.Check(ctx, db); err != nil || len(report.Breaches) > 0 {
				t.Errorf("books: %+v, %v", report.Breaches, err)
			}
		})
	}
}

// deed is one movement of the property test below.
type deed struct {
	kind     string // award, spend, expire, merge, revoke
	n        int    // which receipt, or which spending
	at       int
	from, to int
	currency string
	members  []int64
	receipts []int64
}

func (d deed) owner() int64 { return d.members[d.n%len(d.members)] }

func (d deed) run(ctx context.Context, db *storage.DB) error {
	if d.kind == "expire" {
		_, _, err := ledger.Expiry{DB: db}.Step(ctx, day(d.at))
		return err
	}
	return db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		receipt := d.receipts[d.n%len(d.receipts)]
		switch d.kind {
		case "award":
			return award(ctx, tx, d.owner(), receipt, int64(d.n*37%300+1), d.currency, "a", day(d.at), day(d.n%5*6+1))
		case "spend":
			return spend(ctx, tx, d.owner(), int64(d.n*53%400+1), d.currency, fmt.Sprintf("%s/spend/%d", d.currency, d.n), day(d.at))
		case "merge":
			return ledger.MergeTx(ctx, tx, day(d.at), d.members[d.from], d.members[d.to])
		}
		if _, err := tx.Exec(ctx, "select from receipt where id = $1 for update", receipt); err != nil { // as who revokes does
			return err
		}
		back, err := ledger.ReverseAwardTx(ctx, tx, ledger.AwardReversal{Receipt: receipt, Member: d.owner(), At: day(d.at)})
		if back.Taken < 0 || back.Expired < 0 || back.Short < 0 || back.Awarded != back.Taken+back.Expired+back.Short {
			return fmt.Errorf("reversed %+v", back)
		}
		return err
	})
}

// Whatever is awarded, spent, expired, joined and revoked at once by several
// processes: the books balance, nobody owes, and no award is taken back twice.
func TestBooksBalanceUnderRevocation(t *testing.T) {
	t.Parallel()
	db, ctx, run := storagetest.DB(t), t.Context(), 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		members := []int64{newMember(ctx, t, db), newMember(ctx, t, db), newMember(ctx, t, db)}
		receipts := make([]int64, 6)
		for i := range receipts {
			receipts[i] = newReceipt(ctx, t, db, members[i%len(members)], i)
		}
		deeds := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) deed {
			from := rapid.IntRange(0, 2).Draw(t, "from")
			return deed{
				kind: rapid.SampledFrom([]string{"award", "award", "spend", "expire", "merge", "revoke", "revoke"}).Draw(t, "kind"),
				n:    rapid.IntRange(0, 5).Draw(t, "n"), at: rapid.IntRange(0, lastDay).Draw(t, "at"),
				from: from, to: (from + rapid.IntRange(1, 2).Draw(t, "step")) % 3,
				currency: fmt.Sprintf("revoked%d", run), members: members, receipts: receipts,
			}
		}), 1, 40).Draw(t, "deeds")
		g, gctx := errgroup.WithContext(ctx)
		g.SetLimit(4)
		for _, d := range deeds {
			g.Go(func() error { return d.run(gctx, db) })
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		report, err := ledger.Check(ctx, db)
		if err != nil || len(report.Breaches) > 0 {
			t.Fatalf("books: %+v, %v", report.Breaches, err)
		}
		twice, err := storage.Value[int](ctx, db, `select count(*) from (
			select t.receipt_id from ledger_tx t where t.kind = 'reverse' and t.receipt_id is not null group by 1 having count(*) > 1) r`)
		if err != nil || twice > 0 {
			t.Fatalf("%d awards were taken back twice, %v", twice, err)
		}
	})
}
