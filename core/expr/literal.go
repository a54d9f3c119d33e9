package expr

import (
	"math/big"
	"regexp"
	"time"

	"github.com/expr-lang/expr/ast"

	"besedka/core/source"
)

// A literal is a number or a quoted text whose kind its neighbour decides.
type literal struct {
	num    *big.Rat
	text   string
	quoted bool
}

// The longest literal still means an int64 of kopecks.
var numeral = regexp.MustCompile(`^(0|[1-9][0-9]{0,15})(\.[0-9]{1,16})?$`)

// number reads a number again, from the source: the parser has put it into a
// machine word or a float.
func (c *compiler) number(n ast.Node) term {
	loc := n.Location()
	text := string(c.src[loc.From:loc.To])
	if !numeral.MatchString(text) {
		c.report(loc.From, "L115", source.Sentence("число «%s» не читается", "the number %q cannot be read", text),
			source.Sentence("пишите цифры и точку: 300, 0.5", "write digits and a point: 300, 0.5"))
		return term{at: loc.From}
	}
	num, _ := new(big.Rat).SetString(text)
	return term{lit: &literal{num: num}, at: loc.From}
}

func (t term) signed(sign string, at int) term {
	num := t.lit.num
	if sign == "-" {
		num = new(big.Rat).Neg(num)
	}
	return term{lit: &literal{num: num}, at: at}
}

func constant(v Value, at int) term {
	return term{kind: v.kind, at: at, eval: func(Lookup) (Value, error) { return v, nil }}
}

// settle gives a literal without a neighbour its plain kind.
func (c *compiler) settle(t term) term {
	switch {
	case t.lit == nil:
		return t
	case t.lit.quoted:
		return constant(TextOf(t.lit.text), t.at)
	case t.lit.num.IsInt():
		return constant(number(Count, t.lit.num), t.at)
	}
	return constant(number(Ratio, t.lit.num), t.at)
}

// minorUnits is how many kopecks make a ruble, and minor units a point.
var minorUnits = big.NewRat(100, 1)

// as reads a literal as a value of kind, its neighbour's; other terms, and
// literals that cannot be of that kind, stay what they are.
func (c *compiler) as(t term, kind Kind) term {
	switch {
	case t.lit == nil:
		return t
	case t.lit.quoted && kind == Date:
		return c.date(t)
	case t.lit.quoted && kind == Branch:
		return constant(BranchOf(t.lit.text), t.at)
	case !t.lit.quoted && kind.amount():
		minor := new(big.Rat).Mul(t.lit.num, minorUnits)
		if !minor.IsInt() {
			c.report(t.at, "L115", source.Sentence("в сумме больше двух знаков после точки", "an amount with more than two decimals"), source.Sentence("рубли и копейки: 99.90", "rubles and kopecks: 99.90"))
			return term{at: t.at}
		}
		return constant(number(kind, minor), t.at)
	}
	return c.settle(t)
}

func (c *compiler) date(t term) term {
	day, err := time.Parse(time.DateOnly, t.lit.text)
	if err != nil {
		c.report(t.at, "L115", source.Sentence("«%s» - не дата", "%q is not a date", t.lit.text),
			source.Sentence("пишите год-месяц-день: \"2026-05-03\"", "write year-month-day: \"2026-05-03\""))
		return term{at: t.at}
	}
	return constant(DateOf(day), t.at)
}

// want settles t as kind and reports when it is not.
func (c *compiler) want(t term, kind Kind) term {
	bad := t.kind == 0 && t.lit == nil
	if t = c.as(t, kind); bad || t.kind == 0 {
		return t
	}
	if !accepts(kind, t.kind) {
		want, have := kind.Name(), t.kind.Name()
		c.report(t.at, "L114", source.Text{
			Ru: "здесь нужно: " + want.Ru + ", а стоит: " + have.Ru,
			En: "wanted here: " + want.En + ", found: " + have.En,
		}, source.Sentence("проверьте, то ли имя здесь стоит", "check whether this is the name you mean"))
		return term{at: t.at}
	}
	return t
}
