package ledger_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/ledger"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// fate is what happens to an award before it is taken back.
type fate struct {
	Amount, Other, Spent, Held int64
	Ends, OtherEnds, At        int // days
	Pending                    bool
	Policy                     ledger.Debt
}

// live gives a member an award and another lot, and lets its fate happen to them.
func (f fate) live(ctx context.Context, t *rapid.T, tx storage.Tx, member, receipt int64, currency string) {
	a := ledger.Accrual{
		Key: fmt.Sprintf("%s/award/%d", currency, receipt), Member: member, Currency: currency, Amount: f.Amount,
		ExpiresAt: day(f.Ends), Campaign: "c", Version: 1, Receipt: receipt, At: day0,
	}
	if f.Pending {
		a.AvailableAt = day(5)
	}
	steps := []error{ledger.AccrueTx(ctx, tx, a)}
	if f.Other > 0 {
		steps = append(steps, ledger.AccrueTx(ctx, tx, ledger.Accrual{
			Key: fmt.Sprintf("%s/other/%d", currency, receipt), Member: member, Currency: currency, Amount: f.Other, ExpiresAt: day(f.OtherEnds), At: day0,
		}))
	}
	free, err := ledger.BalanceOf(ctx, tx, day0, member, currency)
	if held := min(f.Held, free.Points); held > 0 {
		steps = append(steps, ledger.HoldTx(ctx, tx, ledger.Hold{Key: fmt.Sprintf("%s/hold/%d", currency, receipt), Member: member, Currency: currency, Amount: held, At: day0}))
	}
	steps = append(steps, err, spend(ctx, tx, member, f.Spent, currency, fmt.Sprintf("%s/spent/%d", currency, receipt), day0))
	for _, err := range steps {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// An award that is taken back in parts, however it is divided and whatever has happened
// to it, ends as one that is taken back at once: the same is taken, expired and short,
// the same lots are left. By every policy. No part is taken twice, or more than is left.
func TestPartsAreTheWhole(t *testing.T) {
	t.Parallel()
	db, ctx, run := storagetest.DB(t), t.Context(), 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		currency := fmt.Sprintf("part%d", run)
		amount := func(name string, least, most int) int64 { return int64(rapid.IntRange(least, most).Draw(t, name)) }
		f := fate{
			Amount: amount("amount", 1, 500), Other: amount("other", 0, 500), Spent: amount("spent", 1, 600), Held: amount("held", 0, 200),
			Ends: rapid.IntRange(6, 20).Draw(t, "ends"), OtherEnds: rapid.IntRange(1, 20).Draw(t, "other ends"), At: rapid.IntRange(0, 20).Draw(t, "at"),
			Pending: rapid.Bool().Draw(t, "pending"), Policy: rapid.SampledFrom([]ledger.Debt{ledger.WithinBalance, ledger.OnlyPending, ledger.AllowNegative}).Draw(t, "policy"),
		}
		cuts := rapid.SliceOfN(rapid.Int64Range(1, f.Amount), 1, 5).Draw(t, "cuts")
		last := rapid.Bool().Draw(t, "the rest as a whole")
		var totals [2]ledger.Reversed
		var lots [2][]int64
		for i := range totals {
			err := db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
				member := newMember(ctx, t, tx)
				receipt := newReceipt(ctx, t, tx, member, run)
				f.live(ctx, t, tx, member, receipt, currency)
				r := ledger.AwardReversal{Receipt: receipt, Member: member, At: day(f.At), Debt: func(string) ledger.Debt { return f.Policy }}
				if i == 1 {
					totals[i] = f.inParts(ctx, t, tx, r, currency, cuts, last)
				}
				rest, err := ledger.ReverseAwardTx(ctx, tx, r)
				totals[i] = totals[i].Plus(rest)
				if err != nil {
					return err
				}
				lots[i], err = storage.Value[[]int64](ctx, tx, `select array_agg(l.remaining order by l.id) from lot l join account a on a.id = l.account_id where a.member_id = $1`, member)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(totals[0], totals[1]); diff != "" || !slices.Equal(lots[0], lots[1]) {
			t.Fatalf("%+v\nat once and in parts: %s\nlots %v and %v", f, diff, lots[0], lots[1])
		}
		balanced(ctx, t, db)
	})
}

// inParts takes an award back up to each cut; of the rest the caller takes care when it
// is said to be taken as a whole.
func (f fate) inParts(ctx context.Context, t *rapid.T, tx storage.Tx, r ledger.AwardReversal, currency string, cuts []int64, last bool) (total ledger.Reversed) {
	key := fmt.Sprintf("%s/award/%d", currency, r.Receipt)
	cuts = slices.Sorted(slices.Values(cuts))
	if !last {
		cuts = append(cuts, f.Amount)
	}
	var gone int64
	for i, cut := range slices.Compact(cuts) {
		for replay := range 2 {
			got, err := ledger.ReversePartsTx(ctx, tx, r, i+1, []ledger.Part{{Key: key, Amount: cut - gone}})
			if err != nil || replay > 0 && len(got) > 0 || replay == 0 && got[currency].Awarded != cut-gone {
				t.Fatalf("part %d of %d: %+v, %v", i+1, cut-gone, got, err)
			}
			total = total.Plus(got[currency])
		}
		gone = cut
	}
	if _, err := ledger.ReversePartsTx(ctx, tx, r, 99, []ledger.Part{{Key: key, Amount: f.Amount - gone + 1}}); gone < f.Amount && err == nil {
		t.Fatal("more is taken than is left")
	}
	return total
}
