package rules

import (
	"math/big"
	"slices"
	"strings"

	"besedka/core/source"
)

// A reward is one thing that a campaign gives: accrues, or coupons, or a gift,
// or a discount.
type reward struct {
	kind     string // the key that says what it is
	accrues  *accrues
	coupons  []*couponRow
	gift     string // its pool
	fallback *accrues
	discount rate
	of       string
}

// accrues is how points come about.
type accrues struct {
	kind     string
	currency string
	scale    int
	of       string // the sum that percentages are of
	exclude  []string
	rate     rate
	fixed    int64 // minor units
	every    int64 // pieces that bring fixed
	bands    []band
	branches []branchRate
	unseen   rate   // of the whole receipt, when nobody knows what is in it
	favorite string // the fact that names the category
	multiply []factor
	ttl      lifetime
	delay    days
}

// A rate is a percentage in units of its tenth decimal. The first versions of campaigns
// had any number of decimals: one that was published then is read for ever.
type rate int64

const (
	wholeRate  = 100 * rateDigits // 100 %
	rateDigits = 10_000_000_000   // of 1 %
)

// A band is what a sum from so much on brings.
type band struct {
	from  int64 // kopecks
	rate  rate
	fixed int64 // minor units, when there is no rate
}

// branchRate is the rate of a branch of the catalogue.
type branchRate struct {
	branch string
	rate   rate
}

// A factor multiplies points when its condition holds.
type factor struct {
	when condition
	by   *big.Rat
}

// Sums that percentages are of.
const (
	ofGoods   = "goods.sum"
	ofTotal   = "receipt.total"
	ofPayable = "receipt.payable"
)

// rewardKinds are the keys that say what a reward is.
var rewardKinds = []string{"percent", "fixed", "every", "bands", "percent_by_category", "coupons", "gift", "discount"}

// beside are the other keys that a reward of each kind may have.
var besideKind = map[string][]string{
	"percent":             {"of", "exclude_tender", "favourite", "currency", "multiply", "ttl", "delay"},
	"fixed":               {"currency", "multiply", "ttl", "delay"},
	"every":               {"points", "currency", "multiply", "ttl", "delay"},
	"bands":               {"of", "exclude_tender", "currency", "multiply", "ttl", "delay"},
	"percent_by_category": {"without_contents", "exclude_tender", "currency", "multiply", "ttl", "delay"},
	"coupons":             {"of"},
	"gift":                {"else"},
	"discount":            {"of"},
}

func (r *reader) readRewards(n *source.Node) {
	if n == nil {
		return
	}
	nodes := r.rows(n, maxRewards)
	if len(nodes) == 0 {
		r.report(n.Pos, "L613", source.Sentence("наград нет", "there are no rewards"), source.Sentence("впишите хотя бы одну", "write at least one"))
	}
	for _, n := range nodes {
		if w := r.readReward(source.Fields(n, &r.problems), n.Pos); w != nil {
			r.checkPools(w, n.Pos)
			r.c.rewards = append(r.c.rewards, w)
		}
	}
}

// readReward reads one reward, which has exactly one key that says its kind.
// All keys are read before they are held against it, so that each is told its
// own mistake.
func (r *reader) readReward(o *source.Object, at source.Pos) *reward {
	a := r.readAccrues(o)
	w := &reward{of: a.of, gift: o.Text("gift"), discount: r.readRate(o, "discount")}
	if n := o.Node("coupons"); n != nil {
		w.coupons = r.readCoupons(n)
	}
	if o.Has("gift") {
		r.unknown(o.At("gift"), w.gift, r.terms.Prizes, source.Sentence("набора подарков", "pool of gifts"))
	}
	if o.Has("else") {
		w.fallback = r.readFallback(o.Object("else"))
	}
	o.Done()
	w.kind = r.kindOf(o, at, rewardKinds, "L613")
	switch w.kind {
	case "":
		return nil
	case "coupons", "gift", "discount":
	default:
		a.kind, w.accrues = w.kind, a
		o.Require("ttl")
	}
	if w.kind == "every" {
		o.Require("points")
	}
	r.besides(o, w.kind)
	return w
}

// kindOf is the one of kinds that is there.
func (r *reader) kindOf(o *source.Object, at source.Pos, kinds []string, code string) string {
	var found []string
	for _, kind := range kinds {
		if o.Has(kind) {
			found = append(found, kind)
		}
	}
	switch len(found) {
	case 1:
		return found[0]
	case 0:
		list := strings.Join(kinds, ", ")
		r.report(at, code, source.Sentence("не сказано, что дать", "it is not said what to give"), source.Sentence("впишите одно из: %s", "write one of: %s", list))
	default:
		r.report(o.At(found[1]), code, source.Sentence("вместе не стоят: %s и %s", "these do not go together: %s and %s", found[0], found[1]), source.Sentence("разделите их на две награды списком", "make a list of two rewards"))
	}
	return ""
}

// besides reports keys that a reward of this kind does not read.
func (r *reader) besides(o *source.Object, kind string) {
	for _, keys := range besideKind {
		for _, key := range keys {
			if o.Has(key) && !slices.Contains(besideKind[kind], key) {
				at := o.At(key)
				if !slices.ContainsFunc(r.problems, func(p *source.Problem) bool { return p.Pos == at }) {
					r.report(at, "L613", source.Sentence("%s не для награды %s", "%s is not for a reward of %s", key, kind), source.Sentence("уберите ключ", "remove the key"))
				}
			}
		}
	}
}
