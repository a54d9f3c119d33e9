package expr

import (
	"maps"
	"slices"

	"github.com/expr-lang/expr/ast"

	"besedka/core/source"
)

// node checks one node of the parser's tree.
func (c *compiler) node(n ast.Node) term {
	at := n.Location().From
	switch n := n.(type) {
	case *ast.BoolNode:
		return constant(BoolOf(n.Value), at)
	case *ast.IntegerNode, *ast.FloatNode:
		return c.number(n)
	case *ast.StringNode:
		return term{lit: &literal{text: n.Value, quoted: true}, at: at}
	case *ast.IdentifierNode, *ast.MemberNode:
		return c.fact(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ArrayNode:
		return c.list(n)
	case *ast.CallNode:
		if id, ok := n.Callee.(*ast.IdentifierNode); ok {
			return c.call(id.Value, n.Arguments, at)
		}
	case *ast.BuiltinNode:
		return c.call(n.Name, n.Arguments, at)
	case *ast.ConditionalNode:
		return c.conditional(n)
	}
	return c.leftOut(at)
}

func (c *compiler) leftOut(at int) term {
	c.report(at, "L116", source.Sentence("такого в языке условий нет", "the language of conditions does not have this"),
		source.Sentence("есть сравнения, and, or, not, in, + - * /, условие ? одно : другое, contains, startsWith, endsWith и функции", "there are comparisons, and, or, not, in, + - * /, condition ? one : another, contains, startsWith, endsWith and functions"))
	return term{at: at}
}

// dotted is the name of a fact, "" when n is none.
func dotted(n ast.Node) string {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value
	case *ast.MemberNode:
		owner := dotted(n.Node)
		field, ok := n.Property.(*ast.StringNode)
		if owner == "" || !ok || n.Optional || n.Method {
			return ""
		}
		return owner + "." + field.Value
	}
	return ""
}

// begin is the first character of a fact's name.
func begin(n ast.Node) int {
	if m, ok := n.(*ast.MemberNode); ok {
		return begin(m.Node)
	}
	return n.Location().From
}

func (c *compiler) fact(n ast.Node) term {
	at, name := begin(n), dotted(n)
	if name == "" {
		return c.leftOut(at)
	}
	kind, ok := c.scope.Names[name]
	if !ok {
		c.report(at, "L112", source.Sentence("нет имени «%s»", "there is no name %q", name),
			source.Meant(name, slices.Sorted(maps.Keys(c.scope.Names))))
		return term{at: at}
	}
	c.names[name] = true
	return term{kind: kind, eval: readFact(name, kind), at: at}
}

func (c *compiler) unary(n *ast.UnaryNode) term {
	at := n.Location().From
	x := c.node(n.Node)
	switch n.Operator {
	case "not", "!":
		if x = c.want(x, Bool); x.kind == 0 {
			return x
		}
		return term{kind: Bool, eval: negation(x.eval), at: at}
	case "-", "+":
		if x.lit != nil && !x.lit.quoted {
			return x.signed(n.Operator, at)
		}
		if x = c.settle(x); x.kind == 0 || n.Operator == "+" && x.kind.numeric() {
			return x
		}
		if !x.kind.numeric() {
			return c.misfit(at, n.Operator, x.kind)
		}
		return term{kind: x.kind, eval: minus(x), at: at}
	}
	return c.leftOut(at)
}

// call checks known(fact) and the functions of the scope.
func (c *compiler) call(name string, args []ast.Node, at int) term {
	if name == known && len(args) == 1 {
		x := c.settle(c.node(args[0]))
		return term{kind: Bool, eval: isKnown(x.eval), at: at}
	}
	if name == floor && len(args) == 1 {
		return c.floor(c.settle(c.node(args[0])), at)
	}
	fn, ok := c.scope.Funcs[name]
	if !ok {
		have := append(slices.Sorted(maps.Keys(c.scope.Funcs)), known, floor)
		c.report(at, "L113", source.Sentence("нет функции «%s»", "there is no function %q", name), source.Meant(name, have))
		return term{at: at}
	}
	if len(args) != len(fn.Args) {
		c.report(at, "L114", source.Sentence("у функции «%s» %d арг., а дано %d", "function %q takes %d arguments, given %d", name, len(fn.Args), len(args)),
			source.Sentence("впишите в скобки имя даты: age(profile.birthday)", "write a date in the brackets: age(profile.birthday)"))
		return term{at: at}
	}
	evals := make([]eval, 0, len(args)+len(fn.Given))
	for i, arg := range args {
		evals = append(evals, c.want(c.node(arg), fn.Args[i]).eval)
	}
	for _, given := range fn.Given {
		c.names[given] = true
		evals = append(evals, readFact(given, c.scope.Names[given]))
	}
	return term{kind: fn.Result, eval: calling(name, fn.Call, evals), at: at}
}

const known = "known"

// list checks a list of quoted texts; lists of numbers stand only after `in`.
func (c *compiler) list(n *ast.ArrayNode) term {
	at := n.Location().From
	texts := make([]string, len(n.Nodes))
	for i, item := range n.Nodes {
		t := c.want(c.node(item), Text)
		if t.kind == 0 {
			return t
		}
		if _, ok := item.(*ast.StringNode); !ok {
			return c.leftOut(t.at)
		}
		texts[i] = item.(*ast.StringNode).Value
	}
	return constant(TextsOf(texts), at)
}
