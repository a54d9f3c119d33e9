package rules

import (
	"math/big"

	"besedka/core/source"
)

// checkReach reports a limit that nothing ever comes up to: because one receipt does not
// give so much, or because the uses that another limit allows do not.
func (r *reader) checkReach(l limit) {
	if !r.terms.Checking || len(r.problems) > 0 {
		return
	}
	if most, known := r.most(l.what, l.currency); known && l.per == perReceipt && !exceeds(most, 1, l.max) {
		r.report(l.at, "L614", source.Sentence("этого предела не достичь: один чек больше и не даёт", "this limit is never reached: no receipt gives more"),
			source.Sentence("уменьшите max или уберите предел", "lower max or remove the limit"))
		return
	}
	for _, other := range r.c.limits {
		r.checkUses(l, other)
		r.checkUses(other, l)
	}
}

// checkUses reports l when the uses that are left by another limit never add up to it.
func (r *reader) checkUses(l, uses limit) {
	if uses.what != whatUses || l.what == whatUses || l.per == perReceipt || uses.of != l.of && uses.of != OfCampaign || wider[uses.per] < wider[l.per] {
		return
	}
	if most, known := r.most(l.what, l.currency); known && !exceeds(most, uses.max, l.max) {
		r.unreachable(l, uses)
	}
}

// exceeds says whether each, so many times, is more than most.
func exceeds(each, times, most int64) bool {
	return new(big.Int).Mul(big.NewInt(each), big.NewInt(times)).Cmp(big.NewInt(most)) > 0
}

// most is the most that one receipt brings of something, as far as that can be told from
// the file: percentages and formulas know no end.
func (r *reader) most(what, currency string) (sum int64, known bool) {
	if what == whatUses {
		return 1, true
	}
	for _, w := range r.c.rewards {
		n, ok := w.most(what, currency)
		if !ok {
			return 0, false
		}
		sum += n
	}
	return sum, what != whatGoods
}

func (w *reward) most(what, currency string) (n int64, known bool) {
	switch {
	case what == whatGift && w.gift != "":
		return 1, true
	case what == whatCoupons && w.coupons != nil:
		return mostCoupons(w.coupons)
	case what == whatAccrual && w.accrues != nil && w.accrues.currency == currency:
		return w.accrues.most()
	case what == whatAccrual && w.fallback != nil && w.fallback.currency == currency:
		return w.fallback.most()
	}
	return 0, true
}

func mostCoupons(rows []*couponRow) (n int64, known bool) {
	for _, row := range rows {
		if row.most == 0 {
			return 0, false
		}
		n = max(n, row.most)
	}
	return n, true
}

func (a *accrues) most() (n int64, known bool) {
	switch a.kind {
	case "fixed":
		n = a.fixed
	case "bands":
		for _, b := range a.bands {
			if b.rate > 0 {
				return 0, false
			}
			n = max(n, b.fixed)
		}
	default:
		return 0, false
	}
	most := big.NewRat(n, 1)
	for _, f := range a.multiply {
		if f.by != nil && f.by.Cmp(big.NewRat(1, 1)) > 0 {
			most.Mul(most, f.by)
		}
	}
	whole := new(big.Int).Quo(most.Num(), most.Denom())
	return whole.Int64(), whole.IsInt64()
}
