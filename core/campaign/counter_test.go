package campaign

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"besedka/core/campaign/rules"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// TestBudgetTail: forty at once take a budget to its last unit and not beyond, and
// what each gives back is there again. They name their counters in any order.
func TestBudgetTail(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	const budget, each = 1000, 30 // the last one gets 10
	keys := []rules.Counter{
		{Campaign: "b", Limit: "budget", Of: rules.OfCampaign, Window: ""},
		{Campaign: "a", Limit: "day", Of: rules.OfMember, Window: "2026-05-03"},
		{Campaign: "a", Limit: "shop", Of: rules.OfStore, Window: "2026-05"},
	}
	var all sync.WaitGroup
	var given atomic.Int64
	for n := range 40 {
		all.Go(func() {
			mine := append(append([]rules.Counter{}, keys[n%3:]...), keys[:n%3]...)
			whose := owners{member: int64(n % 5), store: "s"}
			err := db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
				used := tally{}
				for _, k := range mine {
					used[owned{k, whose.of(k.Of)}] = 0
				}
				if err := lockCounters(ctx, tx, used); err != nil {
					return err
				}
				amount := min(each, budget-used[owned{keys[0], ""}])
				var uses []rules.Use
				for _, k := range mine {
					uses = append(uses, rules.Use{Counter: k, Amount: amount})
				}
				var b storage.Batch
				addUsed(&b, consumed(uses, whose), whose.member)
				given.Add(amount)
				return b.Send(ctx, tx)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if used := total(t, db, "budget"); given.Load() != budget || used != budget || total(t, db, "day") != budget || total(t, db, "shop") != budget {
		t.Errorf("given %d, counted %d, want %d", given.Load(), used, budget)
	}
	err := db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		if err := MergeTx(ctx, tx, 1, 2); err != nil {
			return err
		}
		var b storage.Batch
		addUsed(&b, released([]Decision{{Uses: []Used{{Counter: keys[0], Amount: each}, {Counter: keys[1], Amount: each}}}}), 2)
		return b.Send(ctx, tx)
	})
	if err != nil || total(t, db, "budget") != budget-each || total(t, db, "day") != budget-each {
		t.Errorf("after giving %d back: %d of the budget, %d of members, %v", each, total(t, db, "budget"), total(t, db, "day"), err)
	}
	if n, err := storage.Value[int64](t.Context(), db, "select count(*) from campaign_counter where kind = 'member'"); err != nil || n != 4 {
		t.Errorf("%d counters of members, %v; want 4, since two of the five are one", n, err)
	}
}

func total(t *testing.T, db *storage.DB, limit string) int64 {
	t.Helper()
	n, err := storage.Value[int64](t.Context(), db, "select sum(used)::bigint from campaign_counter where limit_id = $1", limit)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
