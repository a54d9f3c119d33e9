package expr

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"besedka/core/source"
)

// MaxRunes is the length of an expression; with it the depth is limited too.
const MaxRunes = 2000

// Compile parses and checks src. The place of the character at each offset
// (in characters) is told by at: a source.Node's At, or a fixed place's. With
// problems there is no program.
func Compile(src string, at func(offset int) source.Pos, scope Scope) (*Program, []*source.Problem) {
	c := &compiler{src: []rune(src), at: at, scope: scope, names: map[string]bool{}}
	if utf8.RuneCountInString(src) > MaxRunes || !utf8.ValidString(src) {
		c.report(0, "L111", source.Sentence("выражение длиннее %d знаков или не в UTF-8", "the expression is longer than %d characters or not UTF-8", MaxRunes),
			source.Sentence("разделите его", "split it"))
		return nil, c.problems
	}
	tree, err := parser.Parse(src)
	if err != nil {
		c.syntax(err)
		return nil, c.problems
	}
	root := c.settle(c.node(tree.Node))
	c.chosen(tree.Node)
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	p := &Program{
		kind: root.kind, eval: root.eval, comparison: c.comparison(tree.Node),
		names: slices.Sorted(maps.Keys(c.names)),
	}
	c.remember(tree.Node, p)
	return p, nil
}

type compiler struct {
	src      []rune
	at       func(int) source.Pos
	scope    Scope
	names    map[string]bool
	problems []*source.Problem
}

func (c *compiler) report(offset int, code string, what, cure source.Text) {
	offset = max(0, min(offset, len(c.src)))
	c.problems = append(c.problems, &source.Problem{Pos: c.at(offset), Code: code, What: what, Cure: cure})
}

// syntax words what the parser, which is English, found.
func (c *compiler) syntax(err error) {
	var e *file.Error
	if !errors.As(err, &e) {
		e = &file.Error{Message: err.Error()}
	}
	what := source.Sentence("здесь что-то лишнее или пропущенное", "something is missing or out of place here")
	cure := source.Sentence("проверьте скобки, кавычки и знаки", "check brackets, quotes and signs")
	switch has := func(s string) bool { return strings.Contains(e.Message, s) }; {
	case strings.TrimSpace(string(c.src)) == "":
		what, cure = source.Sentence("выражение пустое", "the expression is empty"), source.Sentence("впишите условие или уберите ключ", "write a condition, or remove the key")
	case has("EOF"), has("end of expression"):
		what = source.Sentence("выражение обрывается", "the expression breaks off")
	case has("not terminated"):
		what, cure = source.Sentence("кавычки не закрыты", "a quotation is not closed"), source.Sentence("закройте кавычки", "close the quotes")
	case has("unrecognized character"), has(`Operator("=")`):
		what = source.Sentence("знак не из этого языка", "a sign this language does not have")
		cure = source.Sentence("равенство пишут ==, текст берут в кавычки \"\"", "equality is ==, text goes in quotes \"\"")
	case has("unexpected token Identifier"):
		cure = source.Sentence("между условиями пишут and или or", "conditions are joined by and, or")
	case has("bad number"), has("invalid integer"), has("invalid float"):
		what = source.Sentence("число написано с ошибкой", "a number is misspelt")
		cure = source.Sentence("пишите цифры и точку: 300, 0.5", "write digits and a point: 300, 0.5")
	}
	c.report(e.From, "L111", what, cure)
}

// A term is a checked node. A literal has no kind until its neighbour gives
// it one: 300 is a count, 300 rubles or 300 points.
type term struct {
	kind Kind // zero: a problem is reported, or an unsettled literal
	eval eval
	lit  *literal
	at   int
}

// comparison tells whether the whole expression is a fact beside a literal.
func (c *compiler) comparison(n ast.Node) *Comparison {
	b, ok := n.(*ast.BinaryNode)
	if !ok {
		return nil
	}
	name, right, op := dotted(b.Left), b.Right, b.Operator
	if name == "" {
		name, right, op = dotted(b.Right), b.Left, flipped[b.Operator]
	}
	kind, known := c.scope.Names[name]
	if _, compares := flipped[op]; !known || !compares {
		return nil
	}
	t := c.node(right)
	if t.lit == nil {
		return nil
	}
	want, _ := c.as(t, kind).eval(nil)
	return &Comparison{Name: name, Op: op, Want: want}
}

var flipped = map[string]string{"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
