package main

import (
	"context"
	"fmt"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/consent"
	"besedka/core/conversation"
	"besedka/core/expr"
	"besedka/core/ledger"
	"besedka/core/tier"
	"besedka/core/tier/ladder"
	"besedka/storage"
)

// newTiers keeps tiers by the ladder of the programme in force.
func (a *app) newTiers() *tier.Service {
	return tier.New(tier.Config{
		DB: a.db, Loud: a.loud, Tell: a.tellTier,
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
	if may, err := consent.MayWrite(ctx, tx, n.Member, consent.Chat); err != nil || !may {
		return err
	}
	points := n.Delta
	if n.Currency != ledger.Bonus {
		points = 0
	}
	return a.door.NotifyTx(ctx, tx, now, conversation.Recipient{Member: n.Member}, fmt.Sprintf("tier/%d/%d", n.Member, n.Version), conversation.Event{
		Name: tier.EventChanged,
		Args: map[string]expr.Value{
			"tier": expr.TextOf(n.Tier), "before": expr.TextOf(n.Before), "reason": expr.TextOf(string(n.Reason)), "points": expr.PointsOf(points),
		},
	})
}
