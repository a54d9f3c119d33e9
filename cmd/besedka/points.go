package main

import (
	"context"
	"fmt"
	"time"

	"besedka/core/expr"
	"besedka/core/ledger"
	"besedka/storage"
)

// debt is what the programme in force says of a currency.
func (a *app) debt(currency string) ledger.Debt {
	c, _ := a.programme().Currency(currency)
	return ledger.Debt(c.Debt)
}

// scale is how many digits a currency's minor unit has; one that the programme has no
// more counted as bonuses do.
func (a *app) scale(currency string) int {
	p := a.programme()
	c, ok := p.Currency(currency)
	if !ok {
		c, _ = p.Currency(ledger.Bonus)
	}
	return c.Scale
}

// loud is when people are spoken to again, by the programme in force.
func (a *app) loud(at time.Time) time.Time { return a.programme().Loud(at) }

// tellExpiring speaks of bonuses alone: they are what chats count in. The day is the
// last one on which they live.
func (a *app) tellExpiring(ctx context.Context, tx storage.Tx, now time.Time, e ledger.Expiring) error {
	if e.Currency != ledger.Bonus {
		return nil
	}
	return a.herald().TellTx(ctx, tx, now, news{
		Member: e.Member, Key: fmt.Sprintf("expiring/%d/%d/%d", e.Account, e.Member, e.At.Unix()), Event: "points.expiring",
		Args: map[string]expr.Value{
			"points": expr.PointsOf(e.Points), "day": expr.DateOf(e.At.In(a.programme().Location).AddDate(0, 0, -1)),
		},
	})
}
