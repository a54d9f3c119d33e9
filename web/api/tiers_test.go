package api

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/ledger"
	"besedka/core/staff"
	"besedka/core/tier"
	"besedka/core/tier/ladder"
	"besedka/storage"
)

// tiers are those of the desk's programme: points reach gold.
func (d *desk) tiers() *tier.Service {
	return tier.New(tier.Config{
		DB: d.db, Log: slog.New(slog.DiscardHandler), Zone: func() *time.Location { return time.UTC }, Ladder: func() *ladder.Ladder { return d.programme.Ladder },
		Expires: func(string, time.Time) time.Time { return time.Time{} },
	})
}

// TestTierOfAMember: the desk sees where a member stands and what it has cost them.
func TestTierOfAMember(t *testing.T) {
	t.Parallel()
	d := open(t)
	look := func(path string) map[string]any {
		t.Helper()
		status, answer := d.ask("GET", fmt.Sprintf(path, d.member), d.tokens[staff.Operator], "", "")
		if status != 200 {
			t.Fatalf("%d %v", status, answer)
		}
		return answer
	}
	if diff := cmp.Diff(map[string]any{"measured": 0.0, "history": []any{}}, look("/members/%d/tier")); diff != "" {
		t.Errorf("without tiers: %s", diff)
	}
	l, problems := ladder.Parse("tiers.yaml", []byte("by: balance\nterm: P12M\ntiers: { base: { title: A }, silver: { title: B, from: 1000, balance_delta: -1000 }, gold: { title: C, from: 5000 } }"), map[string]int{"bonus": 2})
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	l.Tiers[1].Title = ladder.Words{"": "Серебро"}
	d.programme.Ladder = l
	d.must(d.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		return ledger.AccrueTx(ctx, tx, ledger.Accrual{Key: "one", Member: d.member, Currency: ledger.Bonus, Amount: 1020_00, At: now})
	}))
	for worked := true; worked; { // everybody is looked at, for the tiers are new
		var err error
		worked, _, err = d.tiers().Step(t.Context(), now)
		d.must(err)
	}
	until := time.Date(now.Year()+1, now.Month(), now.Day()+1, 0, 0, 0, 0, time.UTC).Format(time.RFC3339)
	standing := map[string]any{"tier": "silver", "title": "Серебро", "until": until, "by": "balance", "measured": 20_00.0, "nextTier": "gold", "missing": 4980_00.0}
	if diff := cmp.Diff(standing, look("/members/%d")["tier"]); diff != "" {
		t.Errorf("the card: %s", diff)
	}
	standing["history"] = []any{map[string]any{
		"version": 1.0, "before": "base", "tier": "silver", "reason": "reached", "measured": 1020_00.0, "delta": -1000_00.0, "currency": "bonus",
		"until": until, "at": now.Format(time.RFC3339),
	}}
	if diff := cmp.Diff(standing, look("/members/%d/tier")); diff != "" {
		t.Errorf("the tier: %s", diff)
	}
}
