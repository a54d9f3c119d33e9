package expr

import (
	"math/big"
	"strings"

	"github.com/expr-lang/expr/ast"

	"besedka/core/source"
)

const floor = "floor"

// floor checks floor(x): how many whole rubles, bonuses or ones are in x.
func (c *compiler) floor(x term, at int) term {
	switch {
	case x.kind == 0:
		return term{at: at}
	case !x.kind.numeric():
		return c.misfit(at, floor, x.kind)
	}
	unit := big.NewInt(1)
	if x.kind.amount() {
		unit = minorUnits.Num()
	}
	whole := func(v Value) Value {
		exact := v.Rat()
		below := new(big.Int).Div(exact.Num(), new(big.Int).Mul(exact.Denom(), unit)) // Euclid's, which rounds down
		return number(Count, new(big.Rat).SetInt(below))
	}
	return term{kind: Count, at: at, eval: func(look Lookup) (Value, error) {
		v, err := x.eval(look)
		if err != nil || v.kind == 0 {
			return Value{}, err
		}
		return whole(v), nil
	}}
}

// conditional checks condition ? one : another, both of one kind. When nobody
// knows the condition, nobody knows the result.
func (c *compiler) conditional(n *ast.ConditionalNode) term {
	at := n.Location().From
	cond := c.want(c.node(n.Cond), Bool)
	one, another := c.pair(c.node(n.Exp1), c.node(n.Exp2))
	if cond.kind == 0 || one.kind == 0 || another.kind == 0 {
		return term{at: at}
	}
	if !fits(one.kind, another.kind) {
		return c.misfit(at, "?:", one.kind, another.kind)
	}
	return term{kind: max(one.kind, another.kind), at: at, eval: func(look Lookup) (Value, error) {
		v, err := cond.eval(look)
		switch {
		case err != nil || v.kind == 0:
			return Value{}, err
		case v.Bool():
			return one.eval(look)
		}
		return another.eval(look)
	}}
}

// within checks whether a branch is one of those on the right or grows from it.
func (c *compiler) within(l term, right ast.Node, at int) term {
	items := []ast.Node{right}
	if array, ok := right.(*ast.ArrayNode); ok {
		items = array.Nodes
	}
	roots := make([]string, len(items))
	for i, item := range items {
		text, ok := item.(*ast.StringNode)
		if !ok {
			c.report(item.Location().From, "L114", source.Sentence("категории после in пишут в кавычках", "categories after in are written in quotes"),
				source.Sentence("пишите: category in \"молочное\" или in [\"молочное\", \"хлеб\"]", "write: category in \"dairy\" or in [\"dairy\", \"bread\"]"))
			return term{at: at}
		}
		roots[i] = text.Value
	}
	return term{kind: Bool, at: at, eval: func(look Lookup) (Value, error) {
		v, err := l.eval(look)
		if err != nil || v.kind == 0 {
			return Value{}, err
		}
		for _, root := range roots {
			if v.Under(root) {
				return BoolOf(true), nil
			}
		}
		return BoolOf(false), nil
	}}
}

// Under says whether a Branch is root or grows from it.
func (v Value) Under(root string) bool {
	rest, ok := strings.CutPrefix(v.text, root)
	return v.kind == Branch && ok && (rest == "" || rest[0] == '.')
}
