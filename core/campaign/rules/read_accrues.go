package rules

import (
	"cmp"
	"maps"
	"math/big"
	"slices"

	"besedka/core/expr"
	"besedka/core/source"
)

// readFallback is what is given when a gift has run out.
func (r *reader) readFallback(o *source.Object) *accrues {
	o.Require("fixed", "ttl")
	a := &accrues{kind: "fixed"}
	a.currency, a.scale = r.readCurrency(o)
	a.fixed = r.readAmount(o, "fixed", a.scale)
	a.ttl, a.delay = r.readLifetime(o), r.readDays(o, "delay")
	o.Done()
	return a
}

func (r *reader) readAccrues(o *source.Object) *accrues {
	a := &accrues{rate: r.readRate(o, "percent"), favorite: r.readFavorite(o), every: r.readWhole(o, "every")}
	a.currency, a.scale = r.readCurrency(o)
	a.fixed = cmp.Or(r.readAmount(o, "fixed", a.scale), r.readAmount(o, "points", a.scale))
	a.bands = r.readBands(o, a.scale)
	a.branches, a.unseen = r.readBranches(o.Map("percent_by_category")), r.readRate(o, "without_contents")
	a.of, a.exclude = r.readOf(o), r.readExclude(o)
	if a.favorite != "" {
		a.of = ofGoods
	}
	a.multiply = r.readMultiply(o.Node("multiply"))
	a.ttl, a.delay = r.readLifetime(o), r.readDays(o, "delay")
	return a
}

// readExclude reads the currencies in which what was paid earns nothing.
func (r *reader) readExclude(o *source.Object) []string {
	names, have := o.Texts("exclude_tender"), slices.Sorted(maps.Keys(r.currencies()))
	for i, name := range names {
		r.unknown(itemAt(o, "exclude_tender", i), name, have, source.Sentence("валюты", "currency"))
	}
	return names
}

// readOf reads the sum that something is of: goods.sum of what goods asks for,
// and else receipt.total.
func (r *reader) readOf(o *source.Object) string {
	sums := []string{ofGoods, ofTotal, ofPayable}
	another := ofTotal
	if r.o.Has("goods") {
		another = ofGoods
	}
	return r.choice(o, "of", another, sums)
}

// currencies are those of the programme with their scales.
func (r *reader) currencies() map[string]int {
	if r.terms.Currencies == nil {
		return map[string]int{defaultCurrency: defaultScale}
	}
	return r.terms.Currencies
}

// What points are when nothing else is said.
const (
	defaultCurrency = "bonus"
	defaultScale    = 2
)

func (r *reader) readCurrency(o *source.Object) (string, int) {
	name := o.Text("currency")
	if name == "" {
		name = defaultCurrency
	}
	have := r.currencies()
	scale, ok := have[name]
	if !ok {
		r.unknown(o.At("currency"), name, slices.Sorted(maps.Keys(have)), source.Sentence("валюты", "currency"))
		scale = defaultScale
	}
	return name, scale
}

func (r *reader) readRate(o *source.Object, key string) rate {
	return r.asRate(o.Decimal(key), o.At(key), key)
}

// asRate keeps an award within the sum that was paid.
func (r *reader) asRate(percent *big.Rat, at source.Pos, key string) rate {
	if percent == nil {
		return 0
	}
	exact := new(big.Rat).Mul(percent, big.NewRat(rateDigits, 1))
	if exact.Sign() <= 0 || exact.Cmp(big.NewRat(wholeRate, 1)) > 0 {
		r.report(at, "L603", source.Sentence("процент должен быть больше 0 и не больше 100", "the percentage must be above 0 and at most 100"),
			source.Sentence("пишите, например, %s: 5", "write for example %s: 5", key))
		return 0
	}
	if !exact.IsInt() {
		r.report(at, "L603", source.Sentence("в проценте больше десяти знаков после точки", "a percentage with more than ten decimals"), source.Sentence("сократите: 0.0625", "shorten it: 0.0625"))
		return 0
	}
	return rate(exact.Num().Int64())
}

// maxAmount bounds what one reward gives at once, in minor units: a slip of the
// pen must not be a fortune.
const maxAmount = 100_000_00

func (r *reader) readAmount(o *source.Object, key string, scale int) int64 {
	return r.asAmount(o.Decimal(key), o.At(key), scale)
}

func (r *reader) asAmount(amount *big.Rat, at source.Pos, scale int) int64 {
	if amount == nil {
		return 0
	}
	minor := new(big.Rat).Mul(amount, new(big.Rat).SetInt64(pow10(scale)))
	if minor.Sign() <= 0 || !minor.IsInt() || minor.Cmp(big.NewRat(maxAmount, 1)) > 0 {
		r.report(at, "L613", source.Sentence("столько начислить нельзя", "so much cannot be accrued"),
			source.Sentence("пишите больше 0 и не больше %d, знаков после точки - %d", "write above 0 and at most %d, with %d decimals", maxAmount/pow10(scale), scale))
		return 0
	}
	return minor.Num().Int64()
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

const maxWhole = 1_000_000

func (r *reader) readWhole(o *source.Object, key string) int64 {
	n := o.Int(key)
	if node := o.Node(key); node != nil && node.Kind == source.Scalar && (n < 1 || n > maxWhole) {
		r.report(node.Pos, "L613", source.Sentence("число не подходит", "the number does not do"), source.Sentence("пишите от 1 до %d", "write 1 to %d", maxWhole))
		return 1
	}
	return n
}

// readBands reads bands in ascending order: the last one that the sum reaches
// holds for the whole sum.
func (r *reader) readBands(o *source.Object, scale int) (bands []band) {
	for _, n := range r.upTo(o.List("bands"), maxBands) {
		row := source.Fields(n, &r.problems)
		row.Require("from")
		b := band{from: r.readMoney(row, "from")}
		b.rate, b.fixed = r.readRate(row, "percent"), r.readAmount(row, "fixed", scale)
		row.Done()
		r.kindOf(row, n.Pos, []string{"percent", "fixed"}, "L613")
		if len(bands) > 0 && b.from <= bands[len(bands)-1].from {
			r.report(row.At("from"), "L613", source.Sentence("ступени идут не по возрастанию", "bands are not in ascending order"), source.Sentence("расставьте их от меньшей суммы к большей", "order them from the least sum to the greatest"))
		}
		bands = append(bands, b)
	}
	return bands
}

// readMoney reads rubles as kopecks, zero included.
func (r *reader) readMoney(o *source.Object, key string) int64 {
	amount := o.Decimal(key)
	if amount == nil {
		return 0
	}
	kopecks := new(big.Rat).Mul(amount, hundred)
	if kopecks.Sign() < 0 || !kopecks.IsInt() || !kopecks.Num().IsInt64() {
		r.report(o.At(key), "L613", source.Sentence("это не сумма", "this is no sum"), source.Sentence("рубли и копейки: 99.90", "rubles and kopecks: 99.90"))
		return 0
	}
	return kopecks.Num().Int64()
}

func (r *reader) readBranches(entries []source.Entry) (rates []branchRate) {
	for _, e := range r.entriesUpTo(entries, maxRows) {
		r.unknown(e.Key.Pos, e.Key.Text, r.terms.Categories, source.Sentence("категории", "category"))
		rates = append(rates, branchRate{e.Key.Text, r.asRate(e.Value.AsDecimal(&r.problems), e.Value.Pos, e.Key.Text)})
	}
	slices.SortFunc(rates, func(a, b branchRate) int { return len(b.branch) - len(a.branch) }) // the most specific first
	return rates
}

func (r *reader) readFavorite(o *source.Object) string {
	name := o.Text("favourite")
	if name == "" {
		return ""
	}
	if kind, ok := r.terms.Scope.Names[name]; !ok || kind != expr.Text {
		var have []string
		for other, kind := range r.terms.Scope.Names {
			if kind == expr.Text {
				have = append(have, other)
			}
		}
		slices.Sort(have)
		r.report(o.At("favourite"), "L617", source.Sentence("нет поля анкеты «%s», где названа категория", "there is no profile field %q that names a category", name), source.Meant(name, have))
	}
	return name
}

// maxFactor keeps a product of factors sensible.
const maxFactor = 10

func (r *reader) readMultiply(n *source.Node) (all []factor) {
	for _, row := range r.rows(n, maxFactors) {
		o := source.Fields(row, &r.problems)
		o.Require("by")
		f := factor{by: o.Decimal("by")}
		if when := o.Node("when"); when != nil {
			f.when = r.condition(when, r.scope(nil))
		}
		if f.by != nil && (f.by.Sign() <= 0 || f.by.Cmp(big.NewRat(maxFactor, 1)) > 0) {
			r.report(o.At("by"), "L613", source.Sentence("множитель не подходит", "the factor does not do"), source.Sentence("пишите больше 0 и не больше %d", "write above 0 and at most %d", maxFactor))
		}
		o.Done()
		all = append(all, f)
	}
	return all
}
