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
			what := source.Sentence("такого значения не бывает: «%s»", "this is never %q", text.Value)
			if c.scope.Names[fact] == Branch {
				what = source.Sentence("нет категории «%s»", "there is no category %q", text.Value)
			}
			c.report(item.Location().From, "L112", what, source.Meant(text.Value, have))
		}
	}
}
