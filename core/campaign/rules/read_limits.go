package rules

import (
	"cmp"
	"math/big"
	"slices"

	"besedka/core/fiscal"
	"besedka/core/source"
)

// A limit bounds what a campaign gives to somebody in a window.
type limit struct {
	id       string
	what     string
	currency string // of accruals
	max      int64  // in the units of Use
	soft     int64  // of a budget: from so much on people want to know; 0 for never
	per      string
	of       Subject
	deny     bool // what does not fit is not given at all
	at       source.Pos
}

// What limits bound.
const (
	whatAccrual = "accrual"
	whatCoupons = "coupons"
	whatGift    = "gift"
	whatUses    = "uses"
	whatGoods   = "goods"
)

// choice reads one of some words; another when it is not there.
func (r *reader) choice(o *source.Object, key, another string, have []string) string {
	text := o.Text(key)
	if text == "" {
		return another
	}
	if !slices.Contains(have, text) {
		r.report(o.At(key), "L124", source.Sentence("здесь не бывает «%s»", "this is never %q", text), source.Meant(text, have))
	}
	return text
}

func (r *reader) readLimits(n *source.Node) {
	for _, n := range r.upTo(n.AsList(&r.problems), maxRewards) {
		o := source.Fields(n, &r.problems)
		o.Require("what", "max")
		l := limit{
			at:   n.Pos,
			what: r.choice(o, "what", "", []string{whatAccrual, whatCoupons, whatGift, whatUses, whatGoods}),
			per:  r.choice(o, "per", perCampaign, []string{perReceipt, perDay, perWeek, perMonth, perCampaign}),
			of:   Subject(r.choice(o, "of", string(OfMember), []string{string(OfMember), string(OfStore), string(OfCampaign)})),
			deny: r.choice(o, "on_exceed", "partial", []string{"partial", "deny"}) == "deny",
		}
		scale := 0
		if l.what == whatAccrual {
			l.currency, scale = r.readCurrency(o)
		}
		l.max = r.readMax(o, l.what, scale)
		l.soft = r.readSoft(o, l)
		l.id = cmp.Or(o.Text("id"), l.what+"."+l.per+"."+string(l.of))
		o.Done()
		r.checkLimit(l)
		r.c.limits = append(r.c.limits, l)
	}
}

// readMax reads whole points of accruals, packs of goods, and numbers of all
// else.
func (r *reader) readMax(o *source.Object, what string, scale int) int64 {
	unit := pow10(scale)
	if what == whatGoods {
		unit = int64(perUnit)
	}
	amount := o.Decimal("max")
	if amount == nil {
		return 0
	}
	units := new(big.Rat).Mul(amount, new(big.Rat).SetInt64(unit))
	if units.Sign() <= 0 || !units.IsInt() || !units.Num().IsInt64() {
		r.report(o.At("max"), "L614", source.Sentence("такого предела не бывает", "there is no such limit"), source.Sentence("пишите число больше 0", "write a number above 0"))
		return 0
	}
	return units.Num().Int64()
}

// perUnit is how many millionths make one.
const perUnit fiscal.Quantity = 1_000_000

// checkLimit reports a limit that is told twice or can never be reached.
func (r *reader) checkLimit(l limit) {
	if r.terms.Checking && l.of == OfStore && l.per != perReceipt && r.terms.Partners != nil && len(r.terms.Partners) == 0 {
		r.report(l.at, "L607", source.Sentence("предел считает по магазинам, а в программе нет partners.yaml: магазина чека не узнать, и акция не даст ничего", "the limit counts by stores, and the programme has no partners.yaml: no store would be known, and the campaign would give nothing"),
			source.Sentence("опишите магазины в partners.yaml или уберите of: store", "describe the stores in partners.yaml, or remove of: store"))
	}
	if r.terms.Checking && !r.gives(l) {
		r.report(l.at, "L614", source.Sentence("этого предела акция не достигнет: того, что он ограничивает, она не даёт", "the campaign never reaches this limit: it does not give what the limit is for"),
			source.Sentence("уберите предел или впишите награду", "remove the limit or add the reward"))
	}
	r.checkReach(l)
	for _, other := range r.c.limits {
		switch {
		case other.id == l.id:
			r.report(l.at, "L614", source.Sentence("два предела с именем «%s»", "two limits are called %q", l.id), source.Sentence("дайте одному id", "give one an id"))
		case !r.terms.Checking:
		case other.outruns(l):
			r.unreachable(l, other)
		case l.outruns(other):
			r.unreachable(other, l)
		}
	}
}

func (r *reader) unreachable(l, by limit) {
	r.report(l.at, "L614", source.Sentence("этого предела не достичь: раньше сработает «%s»", "this limit is never reached: %q comes first", by.id),
		source.Sentence("уменьшите max или уберите предел", "lower max or remove the limit"))
}

// outruns says whether l is always used up before other: it spans more time or
// more people and allows no more.
func (l limit) outruns(other limit) bool {
	return l.what == other.what && l.currency == other.currency && l.max <= other.max &&
		(l.of == other.of || l.of == OfCampaign) && wider[l.per] >= wider[other.per] && (l.of != other.of || l.per != other.per)
}

// gives says whether the campaign has a reward that the limit is for.
func (r *reader) gives(l limit) bool {
	if l.what == whatUses || l.what == whatGoods || l.what == "" {
		return true
	}
	return len(r.problems) > 0 || slices.ContainsFunc(r.c.rewards, func(w *reward) bool {
		switch l.what {
		case whatAccrual:
			return w.accrues != nil && w.accrues.currency == l.currency || w.fallback != nil && w.fallback.currency == l.currency
		case whatCoupons:
			return w.coupons != nil
		}
		return w.gift != ""
	})
}
