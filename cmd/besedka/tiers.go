package main

import (
	"context"
	"fmt"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/expr"
	"besedka/core/ledger"
	"besedka/core/tier"
	"besedka/core/tier/ladder"
	"besedka/storage"
)

// newTiers keeps tiers by the ladder of the programme in force.
func (a *app) newTiers() *tier.Service {
	return tier.New(tier.Config{
		DB: a.db, Loud: a.loud, Tell: a.tellTier, Log: a.log,
		Ladder: func() *ladder.Ladder { return a.programme().Ladder },
		Zone:   func() *time.Location { return a.programme().Location },
		Expires: func(currency string, given time.Time) time.Time {
			c, _ := a.programme().Currency(currency)
			at, _ := rules.Expiry(c.Lifetime, given, a.programme().Location)
			return at
		},
	})
}

// tellTier speaks of bonuses alone, as chats do: of points of another currency it says
// that there are none.
func (a *app) tellTier(ctx context.Context, tx storage.Tx, now time.Time, n tier.News) error {
	points := n.Delta
	if n.Currency != ledger.Bonus {
		points = 0
	}
	return a.herald().TellTx(ctx, tx, now, news{
		Member: n.Member, Key: fmt.Sprintf("tier/%d/%d", n.Member, n.Version), Event: tier.EventChanged,
		Args: map[string]expr.Value{
			"tier": expr.TextOf(n.Tier), "before": expr.TextOf(n.Before), "reason": expr.TextOf(string(n.Reason)), "points": expr.PointsOf(points),
		},
	})
}
