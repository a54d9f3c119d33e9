package expr

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// remember gives a condition its probes.
func (c *compiler) remember(n ast.Node, p *Program) {
	probes := map[string][]Value{}
	if p.kind != Bool || !c.probes(n, probes) {
		return
	}
	p.probes, p.probed = probes, make(map[string]Kind, len(probes))
	for name := range probes {
		if p.probed[name] = c.scope.Names[name]; p.probed[name] == Ratio || p.probed[name] == Texts {
			p.probes = nil // between two ratios there is always another
			return
		}
	}
}

// probes collects by fact the literals that a condition compares it with. It
// is false when the condition does more with a fact than compare it with
// literals or ask whether it is known, so that trying values says nothing.
func (c *compiler) probes(n ast.Node, into map[string][]Value) bool {
	switch n := n.(type) {
	case *ast.BoolNode:
		return true
	case *ast.IdentifierNode, *ast.MemberNode:
		return c.probe(n, nil, into)
	case *ast.UnaryNode:
		return (n.Operator == "not" || n.Operator == "!") && c.probes(n.Node, into)
	case *ast.BinaryNode:
		return c.probesOfTwo(n, into)
	case *ast.CallNode:
		id, ok := n.Callee.(*ast.IdentifierNode)
		return ok && id.Value == known && c.probe(n.Arguments[0], nil, into)
	}
	return false
}

func (c *compiler) probesOfTwo(n *ast.BinaryNode, into map[string][]Value) bool {
	_, compares := flipped[n.Operator]
	array, listed := n.Right.(*ast.ArrayNode)
	_, text := n.Right.(*ast.StringNode)
	switch {
	case n.Operator == "and" || n.Operator == "&&" || n.Operator == "or" || n.Operator == "||":
		return c.probes(n.Left, into) && c.probes(n.Right, into)
	case n.Operator == "in" && listed:
		return c.probe(n.Left, array.Nodes, into)
	case n.Operator == "in" && text && c.scope.Names[dotted(n.Left)] == Branch:
		return c.probe(n.Left, []ast.Node{n.Right}, into)
	case compares && dotted(n.Left) != "":
		return c.probe(n.Left, []ast.Node{n.Right}, into)
	case compares:
		return c.probe(n.Right, []ast.Node{n.Left}, into)
	}
	return false
}

// probe notes the literals beside one fact.
func (c *compiler) probe(fact ast.Node, literals []ast.Node, into map[string][]Value) bool {
	name := dotted(fact)
	kind, ok := c.scope.Names[name]
	if !ok {
		return false
	}
	values := into[name]
	for _, n := range literals {
		t := c.node(n)
		if _, is := n.(*ast.BoolNode); t.lit == nil && !is {
			return false
		}
		v, err := c.as(t, kind).eval(nil)
		if err != nil {
			return false
		}
		values = append(values, v)
	}
	into[name] = slices.Clip(values)
	return true
}
