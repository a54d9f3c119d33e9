package rules

import (
	"maps"
	"math/big"
	"slices"
	"strings"

	"besedka/core/expr"
	"besedka/core/source"
)

// A condition is an expression that must hold. Its zero value always does.
type condition struct {
	text    string
	program *expr.Program
}

// receiptNames are what every expression of a campaign may speak of; env.look
// answers.
var receiptNames = map[string]expr.Kind{
	"receipt.total":     expr.Money,
	"receipt.discount":  expr.Money,
	"receipt.payable":   expr.Money,
	"receipt.inn":       expr.Text,
	"partner.id":        expr.Text,
	"store.id":          expr.Text,
	"store.format":      expr.Text,
	"store.category":    expr.Text,
	"member.tier":       expr.Text,
	"member.registered": expr.Date,
	"card.present":      expr.Bool,
	"goods.sum":         expr.Money,
	"goods.qty":         expr.Ratio,
	"goods.count":       expr.Count,
}

// lineNames are what goods may speak of, line by line.
var lineNames = map[string]expr.Kind{
	"category": expr.Branch, "product": expr.Text, "gtin": expr.Text,
	"qty": expr.Ratio, "price": expr.Money, "sum": expr.Money,
}

// poolName is what the formula of coupons with a pool may speak of.
var poolName = map[string]expr.Kind{"pool.sum": expr.Money}

const (
	tenderPrefix = "tender." // sums paid by each currency
	goodsPrefix  = "goods."
)

// scope is what an expression may speak of, beside more.
func (r *reader) scope(more map[string]expr.Kind) expr.Scope {
	names := maps.Clone(receiptNames)
	maps.Copy(names, r.terms.Scope.Names)
	for currency := range r.currencies() {
		names[tenderPrefix+currency] = expr.Money
	}
	maps.Copy(names, more)
	if r.terms.Scope.Funcs != nil {
		names["today"] = expr.Date
	}
	return expr.Scope{Names: names, Funcs: r.terms.Scope.Funcs, Choices: r.choices()}
}

func (r *reader) choices() map[string][]string {
	choices := map[string][]string{}
	maps.Copy(choices, r.terms.Scope.Choices)
	if r.terms.Categories != nil {
		choices["category"] = r.terms.Categories
	}
	if r.terms.Partners != nil {
		choices["partner.id"] = r.terms.Partners
	}
	if r.terms.Tiers != nil {
		choices["tier"], choices["member.tier"] = r.terms.Tiers, r.terms.Tiers
	}
	return choices
}

// readConditions reads when, one expression or a list of them, and goods.
func (r *reader) readConditions() {
	r.c.seen = r.scope(nil)
	r.c.when = r.conditions(r.o.Node("when"), r.c.seen)
	names := map[string]expr.Kind{}
	maps.Copy(names, lineNames)
	scope := r.scope(names)
	maps.DeleteFunc(scope.Names, func(name string, _ expr.Kind) bool { return strings.HasPrefix(name, goodsPrefix) })
	if n := r.o.Node("goods"); n != nil {
		r.c.goods = r.condition(n, scope)
		r.possible(r.c.goods, nil, n.Pos, scope)
	}
}

func (r *reader) conditions(n *source.Node, scope expr.Scope) (all []condition) {
	for _, n := range r.rows(n, maxConditions) {
		c := r.condition(n, scope)
		r.possible(c, all, n.Pos, scope)
		all = append(all, c)
	}
	return all
}

func (r *reader) condition(n *source.Node, scope expr.Scope) condition {
	text := n.AsText(&r.problems)
	if n == nil || n.Kind != source.Scalar {
		return condition{}
	}
	program, wrong := expr.Condition(text, n.At, scope)
	r.problems = append(r.problems, wrong...)
	return condition{text, program}
}

// possible reports a condition that cannot hold together with those before it.
func (r *reader) possible(c condition, before []condition, at source.Pos, scope expr.Scope) {
	if !r.terms.Checking || c.program == nil || together(scope, append(slices.Clone(before), c)) {
		return
	}
	what := source.Sentence("условие не выполнится никогда", "the condition can never hold")
	if len(before) > 0 {
		what = source.Sentence("вместе с условиями выше это не выполнится никогда", "together with the conditions above this can never hold")
	}
	r.report(at, "L610", what, source.Sentence("проверьте знаки и числа", "check the signs and numbers"))
}

// together says whether all conditions can hold at once. No sum is negative.
func together(scope expr.Scope, all []condition) bool {
	var parts []string
	sums := map[string]bool{}
	for _, c := range all {
		if c.program == nil {
			continue
		}
		parts = append(parts, "("+c.text+")")
		for _, name := range c.program.Names() {
			if kind := scope.Names[name]; (kind == expr.Money || kind == expr.Points) && !sums[name] {
				sums[name], parts = true, append(parts, name+" >= 0")
			}
		}
	}
	whole, problems := expr.Condition(strings.Join(parts, " and "), source.Pos{}.At, scope)
	return len(problems) > 0 || expr.Possible(whole, nil, nil)
}

// readFormula reads a number of coupons.
func (r *reader) readFormula(n *source.Node, scope expr.Scope) condition {
	text := n.AsText(&r.problems)
	if n == nil || n.Kind != source.Scalar {
		return condition{}
	}
	program, wrong := expr.Compile(text, n.At, scope)
	r.problems = append(r.problems, wrong...)
	if program == nil {
		return condition{}
	}
	if program.Kind() != expr.Count {
		have := program.Kind().Name()
		r.report(n.Pos, "L612", source.Text{Ru: "купонов бывает целое число, а это: " + have.Ru, En: "coupons are a whole number, and this is: " + have.En},
			source.Sentence("округлите вниз: floor(pool.sum / 1000)", "round down: floor(pool.sum / 1000)"))
		return condition{}
	}
	if !r.terms.Checking {
		return condition{text, program}
	}
	if seen := negative(program, scope); seen != "" {
		r.report(n.Pos, "L612", source.Sentence("получится меньше нуля: при %s", "it can be below zero: with %s", seen),
			source.Sentence("добавьте условие: сумма >= порог ? формула : 0", "add a condition: sum >= threshold ? formula : 0"))
	}
	return condition{text, program}
}

// tried are values by which a formula shows that it can be negative: nothing,
// little, much, in the units of the language.
var tried = []*big.Rat{big.NewRat(0, 1), big.NewRat(1, 100), big.NewRat(1, 1), big.NewRat(3, 1), big.NewRat(500, 1), big.NewRat(1000, 1), big.NewRat(99_999, 1), big.NewRat(10_000_000, 1)}

// maxTried bounds the combinations that are tried.
const maxTried = 5000

// negative finds values of the facts by which a formula is below zero, and tells
// them.
func negative(p *expr.Program, scope expr.Scope) string {
	names := p.Names()
	all := 1
	for range names {
		if all *= len(tried); all > maxTried {
			return ""
		}
	}
	for rest := range all {
		values := map[string]expr.Value{}
		for _, name := range names {
			values[name] = valueOf(scope.Names[name], tried[rest%len(tried)])
			rest /= len(tried)
		}
		v, err := p.Eval(func(name string) (expr.Value, bool) { return values[name], values[name].Known() })
		if err == nil && v.Known() && v.Rat().Sign() < 0 {
			return told(names, values)
		}
	}
	return ""
}

// valueOf is a number as a fact of that kind; unknown when it cannot be one.
func valueOf(kind expr.Kind, n *big.Rat) expr.Value {
	minor := new(big.Rat).Mul(n, hundred)
	switch kind {
	case expr.Money:
		return expr.MoneyOf(minor.Num().Int64())
	case expr.Points:
		return expr.PointsOf(minor.Num().Int64())
	case expr.Ratio:
		return expr.RatioOf(n)
	case expr.Count:
		return expr.CountOf(new(big.Int).Quo(n.Num(), n.Denom()).Int64())
	}
	return expr.Value{}
}

func told(names []string, values map[string]expr.Value) string {
	words := make([]string, 0, len(names))
	for _, name := range names {
		v := values[name]
		text := v.String()
		if v.Kind() == expr.Money || v.Kind() == expr.Points {
			text = new(big.Rat).Quo(v.Rat(), hundred).FloatString(2)
		}
		words = append(words, name+" = "+text)
	}
	return strings.Join(words, ", ")
}
