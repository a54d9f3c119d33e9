package rules

import (
	"math/big"
	"time"

	"besedka/core/source"
)

// A Budget is a limit of the campaign as a whole, which all receipts use up together.
type Budget struct {
	Counter  Counter // in the window of now
	What     string  // accrual, coupons, gift, uses, goods
	Currency string  // of accruals
	Max      int64   // in the units of Use
	Soft     int64   // from so much on people want to know; 0 for never
}

// Budgets are those of the set's campaigns, in the order of the campaigns.
func (s *Set) Budgets(now time.Time) (all []Budget) {
	for _, c := range s.campaigns {
		for _, l := range c.limits {
			if key, counted := c.counter(l, now.In(c.zone)); counted && l.of == OfCampaign {
				all = append(all, Budget{key, l.what, l.currency, l.max, l.soft})
			}
		}
	}
	return all
}

// readSoft reads the percentage of a budget from which people want to know, in the
// budget's units, rounded up.
func (r *reader) readSoft(o *source.Object, l limit) int64 {
	if !o.Has("soft") {
		return 0
	}
	if l.of != OfCampaign || l.per == perReceipt {
		r.report(o.At("soft"), "L614", source.Sentence("предупреждают об общем бюджете, а это предел каждому", "people are warned of a budget of all, and this is a limit of each"),
			source.Sentence("впишите of: campaign или уберите soft", "write of: campaign, or remove soft"))
		return 0
	}
	percent := o.Decimal("soft")
	if percent == nil {
		return 0
	}
	if percent.Sign() <= 0 || percent.Cmp(hundred) >= 0 {
		r.report(o.At("soft"), "L614", source.Sentence("предупреждать об этом поздно или незачем", "it is too late to warn of this, or needless"),
			source.Sentence("пишите процент бюджета, от 1 до 99: soft: 80", "write a percentage of the budget, from 1 to 99: soft: 80"))
		return 0
	}
	at := new(big.Rat).Mul(percent, new(big.Rat).SetInt64(l.max))
	at.Quo(at, hundred)
	up := new(big.Int).Add(at.Num(), new(big.Int).Sub(at.Denom(), big.NewInt(1)))
	return up.Quo(up, at.Denom()).Int64()
}
