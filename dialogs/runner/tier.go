package runner

import "besedka/core/expr"

// tier is one of the facts about the member's tier, of which there are none without a
// ladder. A tier that the release does not have counts as the lowest.
func (f *facts) tier(name string) expr.Value {
	l := f.programme.Ladder
	if l == nil {
		return expr.Value{}
	}
	has := l.Tiers[0]
	if f.row.Tier != nil && l.Tier(*f.row.Tier) != nil {
		has = l.Tier(*f.row.Tier)
	}
	switch name {
	case "tier":
		return expr.TextOf(has.ID)
	case "tier_title":
		return expr.TextOf(has.Title.In(f.row.Lang))
	}
	return f.lastDay(f.row.TierUntil)
}
