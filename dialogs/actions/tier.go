package actions

import (
	"context"

	"besedka/core/expr"
	"besedka/core/tier"
	"besedka/core/tier/ladder"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/storage"
)

// Tiers tells members of their tiers.
type Tiers struct{ Tiers *tier.Service }

// Add puts the calls of tiers into s.
func (a Tiers) Add(s Set) { s["tier.show"] = Shared(a.show) }

func tiers() map[string]flows.Call {
	return map[string]flows.Call{"tier.show": {
		Outcomes: []string{"next", "top", "none"},
		Values: map[string]expr.Kind{
			"title": expr.Text, "gives": expr.Text, "until": expr.Date, // the last day of its term, where it has one
			"next": expr.Text, "next_gives": expr.Text, "missing_sum": expr.Money, "missing_points": expr.Points, // one of the two
		},
		Reads: true,
	}}
}

// show tells where the member stands and what is missing to the next tier.
func (a Tiers) show(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	st, known, err := a.Tiers.StandingOf(ctx, tx, c.Now, c.Who.Member)
	if err != nil || !known {
		return plain("none"), err
	}
	told := map[string]expr.Value{"title": expr.TextOf(st.Tier.Title.In(c.Lang))}
	tell := func(name string, words ladder.Words) {
		if text := words.In(c.Lang); text != "" {
			told[name] = expr.TextOf(text)
		}
	}
	tell("gives", st.Tier.Text)
	if !st.Until.IsZero() {
		told["until"] = expr.DateOf(st.Until.In(a.Tiers.Zone()).AddDate(0, 0, -1))
	}
	if st.Next == nil {
		return values("top", told), nil
	}
	tell("next", st.Next.Title)
	tell("next_gives", st.Next.Text)
	if st.Ladder.By == ladder.Turnover {
		told["missing_sum"] = expr.MoneyOf(st.Missing)
	} else {
		told["missing_points"] = pointsOf(st.Missing, st.Ladder.Scale)
	}
	return values("next", told), nil
}

// pointsOf is an amount in minor units of a currency as scripts count points, with two
// digits.
func pointsOf(minor int64, scale int) expr.Value {
	for range 2 - scale {
		minor *= 10
	}
	return expr.PointsOf(minor)
}
