package expr

import (
	"github.com/expr-lang/expr/ast"

	"besedka/core/source"
)

func (c *compiler) binary(n *ast.BinaryNode) term {
	at := n.Location().From
	switch n.Operator {
	case "and", "&&", "or", "||":
		return c.logic(n, at)
	case "in":
		return c.in(n, at)
	case "contains", "startsWith", "endsWith":
		l, r := c.want(c.node(n.Left), Text), c.want(c.node(n.Right), Text)
		return c.both(l, r, term{kind: Bool, at: at}, textTests[n.Operator])
	case "==", "!=", "<", "<=", ">", ">=":
		return c.compare(n.Operator, c.node(n.Left), c.node(n.Right), at)
	case "+", "-", "*", "/":
		return c.arithmetic(n.Operator, c.node(n.Left), c.node(n.Right), at)
	}
	return c.leftOut(at)
}

// both finishes a node of two operands, unless one had problems.
func (c *compiler) both(l, r, result term, op func(l, r Value) Value) term {
	if l.kind == 0 || r.kind == 0 {
		return term{at: result.at}
	}
	result.eval = strict(l.eval, r.eval, op)
	return result
}

func (c *compiler) logic(n *ast.BinaryNode, at int) term {
	l, r := c.want(c.node(n.Left), Bool), c.want(c.node(n.Right), Bool)
	if l.kind == 0 || r.kind == 0 {
		return term{at: at}
	}
	decides := n.Operator == "or" || n.Operator == "||"
	return term{kind: Bool, eval: logic(l.eval, r.eval, decides), at: at}
}

// in checks `x in list` for texts, and `x in [1, 2]` for anything comparable.
func (c *compiler) in(n *ast.BinaryNode, at int) term {
	l := c.node(n.Left)
	array, ok := n.Right.(*ast.ArrayNode)
	if l.kind == Branch {
		return c.within(l, n.Right, at)
	}
	if !ok || l.lit != nil || l.kind == Text {
		r := c.node(n.Right)
		return c.both(c.want(l, Text), c.want(r, Texts), term{kind: Bool, at: at}, inTexts)
	}
	found := constant(BoolOf(false), at)
	for _, item := range array.Nodes {
		same := c.compare("==", l, c.node(item), at)
		if same.kind == 0 {
			return same
		}
		found = term{kind: Bool, eval: logic(found.eval, same.eval, true), at: at}
	}
	return found
}

// pair reads a literal on either side as what stands on the other.
func (c *compiler) pair(l, r term) (term, term) {
	switch {
	case l.lit == nil && l.kind != 0:
		return l, c.as(r, l.kind)
	case r.lit == nil && r.kind != 0:
		return c.as(l, r.kind), r
	}
	return c.settle(l), c.settle(r)
}

func (c *compiler) compare(op string, l, r term, at int) term {
	l, r = c.pair(l, r)
	if l.kind == 0 || r.kind == 0 {
		return term{at: at}
	}
	ordered := l.kind.numeric() || l.kind == Date
	equality := op == "==" || op == "!="
	if !fits(l.kind, r.kind) || l.kind == Texts || !ordered && !equality {
		return c.misfit(at, op, l.kind, r.kind)
	}
	if equality && !ordered {
		return c.both(l, r, term{kind: Bool, at: at}, equalTests[op])
	}
	return c.both(l, r, term{kind: Bool, at: at}, orderTests[op])
}

func (c *compiler) arithmetic(op string, l, r term, at int) term {
	if l.lit != nil && r.lit != nil && !l.lit.quoted && !r.lit.quoted && (op != "/" || r.lit.num.Sign() != 0) {
		return term{lit: &literal{num: exact[op](l.lit.num, r.lit.num)}, at: l.at}
	}
	if op == "*" || op == "/" { // 5 beside money is a factor, not five rubles
		l, r = c.settle(l), c.settle(r)
	} else {
		l, r = c.pair(l, r)
	}
	if l.kind == 0 || r.kind == 0 {
		return term{at: at}
	}
	kind := resultOf(op, l.kind, r.kind)
	if kind == 0 {
		return c.misfit(at, op, l.kind, r.kind)
	}
	return c.both(l, r, term{kind: kind, at: at}, arithmetic(op, kind))
}

// resultOf is the kind of l op r, zero when they do not go together.
func resultOf(op string, l, r Kind) Kind {
	switch {
	case !l.numeric() || !r.numeric():
		return 0
	case op == "+" || op == "-":
		if !fits(l, r) {
			return 0
		}
		return max(l, r) // a count and a ratio make a ratio
	case op == "/" && l == r, op == "/" && l.plain() && r.plain():
		return Ratio
	case l.plain() && r.plain():
		return max(l, r)
	case r.plain():
		return l
	case op == "*" && l.plain():
		return r
	}
	return 0
}

// misfit reports an operator that does not go with the kinds beside it.
func (c *compiler) misfit(at int, op string, kinds ...Kind) term {
	names := kinds[0].Name()
	for _, k := range kinds[1:] {
		names.Ru += ", " + k.Name().Ru
		names.En += ", " + k.Name().En
	}
	c.report(at, "L114", source.Text{
		Ru: "«" + op + "» не подходит сюда: " + names.Ru,
		En: "\"" + op + "\" does not go with: " + names.En,
	}, source.Sentence("сравнивайте и складывайте одинаковое: деньги с деньгами, дату с датой", "compare and add what is alike: money with money, a date with a date"))
	return term{at: at}
}
