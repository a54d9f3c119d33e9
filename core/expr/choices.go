package expr

import (
	"slices"

	"github.com/expr-lang/expr/ast"

	"besedka/core/source"
)

// chosen looks for texts that a fact beside them never is.
func (c *compiler) chosen(n ast.Node) {
	switch n := n.(type) {
	case *ast.UnaryNode:
		c.chosen(n.Node)
	case *ast.ConditionalNode:
		c.chosen(n.Cond)
		c.chosen(n.Exp1)
		c.chosen(n.Exp2)
	case *ast.BinaryNode:
		c.chosen(n.Left)
		c.chosen(n.Right)
		c.choose(dotted(n.Left), n.Operator, n.Right)
		c.choose(dotted(n.Right), n.Operator, n.Left)
	}
}

func (c *compiler) choose(fact, op string, beside ast.Node) {
	have, limited := c.scope.Choices[fact]
	if !limited || op != "in" && op != "==" && op != "!=" {
		return
	}
	items := []ast.Node{beside}
	if array, ok := beside.(*ast.ArrayNode); ok {
		items = array.Nodes
	}
	for _, item := range items {
		text, ok := item.(*ast.StringNode)
		if ok && !slices.Contains(have, text.Value) {
			c.report(item.Location().From, "L121", source.Sentence("нет такого: «%s»", "there is no such thing: %q", text.Value), source.Meant(text.Value, have))
		}
	}
}
