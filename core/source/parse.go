package source

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// What one file may hold.
const (
	MaxBytes = 1 << 20
	MaxDepth = 32
	MaxNodes = 100_000

	MaxProblems = 1000 // that are told
)

// Limits are those of one file.
type Limits struct{ Bytes, Nodes int }

// Parse reads one YAML 1.2 document within MaxBytes and MaxNodes: see ParseUpTo.
func Parse(file string, text []byte) (*Node, []*Problem) {
	return ParseUpTo(file, text, Limits{MaxBytes, MaxNodes})
}

// ParseUpTo reads one YAML 1.2 document. The node is nil when the text cannot be
// read or is beyond the limits, which is then the only problem; other problems
// leave a node, so that its reader may find more.
func ParseUpTo(file string, text []byte, most Limits) (*Node, []*Problem) {
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	p := &parser{file: file, most: most}
	start := Pos{File: file, Line: 1, Col: 1}
	if len(text) > most.Bytes {
		p.report(start, "L106", Sentence("файл больше %d КБ", "the file is larger than %d KB", most.Bytes>>10),
			Sentence("разделите его на несколько", "split it into several"))
		return nil, p.problems
	}
	if problem := strange(file, text); problem != nil {
		return nil, []*Problem{problem}
	}
	p.lines = strings.Split(string(text), "\n")
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var doc yaml.Node
	if err := decoder.Decode(&doc); errors.Is(err, io.EOF) {
		return &Node{Pos: start}, nil
	} else if err != nil {
		return nil, []*Problem{syntax(file, text, err)}
	}
	root := p.node(&doc, 0)
	if p.tooMuch {
		return nil, p.problems
	}
	p.oneDocument(decoder, text)
	return root, p.problems
}

type parser struct {
	file     string
	most     Limits
	lines    lines
	nodes    int
	tooMuch  bool
	line     int // the last one measured
	width    int // its characters
	problems []*Problem
}

// report leaves out what nobody would read to the end.
func (p *parser) report(at Pos, code string, what, cure Text) {
	if len(p.problems) >= MaxProblems {
		return
	}
	p.problems = append(p.problems, &Problem{Pos: at, Code: code, What: what, Cure: cure})
}

// pos holds a place of the library inside the text: it puts a value left out
// at the end of a file one line below it.
func (p *parser) pos(y *yaml.Node) Pos {
	line := min(max(y.Line, 1), len(p.lines))
	if line != p.line { // all values of a file may stand on one line
		p.line, p.width = line, utf8.RuneCountInString(p.lines[line-1])
	}
	return Pos{File: p.file, Line: line, Col: min(max(y.Column, 1), p.width+1)}
}

// node turns the library's node into ours, until a limit is passed.
func (p *parser) node(y *yaml.Node, depth int) *Node {
	if y.Kind == yaml.DocumentNode {
		return p.node(y.Content[0], depth)
	}
	n := &Node{Pos: p.pos(y), style: y.Style, file: &p.lines}
	p.nodes++
	if depth > MaxDepth || p.nodes > p.most.Nodes {
		p.limit(n.Pos, depth)
		return n
	}
	p.plainYAML(n.Pos, y)
	switch y.Kind {
	case yaml.ScalarNode:
		scalar(n, y)
	case yaml.AliasNode:
		n.Kind = Scalar // reported, so its reader need not complain again
	case yaml.SequenceNode:
		n.Kind, n.Items = List, slices.Grow(n.Items, len(y.Content))
		for _, item := range y.Content {
			if p.tooMuch {
				break
			}
			n.Items = append(n.Items, p.node(item, depth+1))
		}
	case yaml.MappingNode:
		n.Kind = Map
		p.entries(n, y.Content, depth+1)
	}
	return n
}

// limit reports once: what follows is not looked at.
func (p *parser) limit(at Pos, depth int) {
	p.tooMuch = true
	if depth > MaxDepth {
		p.problems = []*Problem{tooDeep(at)}
		return
	}
	p.problems = nil
	p.report(at, "L106", Sentence("значений в файле больше %d", "the file has more than %d values", p.most.Nodes), simpler)
}

var simpler = Sentence("упростите или разделите файл", "make the file simpler or split it")

func tooDeep(at Pos) *Problem {
	return &Problem{Pos: at, Code: "L106", What: Sentence("вложенность больше %d", "nested deeper than %d", MaxDepth), Cure: simpler}
}

// plainYAML refuses the parts of YAML by which text changes its meaning.
func (p *parser) plainYAML(at Pos, y *yaml.Node) {
	var what Text
	switch {
	case y.Kind == yaml.AliasNode:
		what = Sentence("ссылки YAML (*%s) здесь не работают", "YAML aliases (*%s) do not work here", y.Value)
	case y.Anchor != "":
		what = Sentence("якоря YAML (&%s) здесь не работают", "YAML anchors (&%s) do not work here", y.Anchor)
	case y.Style&yaml.TaggedStyle != 0:
		what = Sentence("теги YAML (%s) здесь не работают", "YAML tags (%s) do not work here", y.Tag)
	default:
		return
	}
	p.report(at, "L105", what, Sentence("если это текст, возьмите его в кавычки", "if this is text, put it in quotes"))
}

func scalar(n *Node, y *yaml.Node) {
	n.Text = y.Value
	n.Quoted = y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
	n.Kind = Scalar
	switch y.Value {
	case "", "~", "null", "Null", "NULL": // the nulls of the YAML 1.2 core schema
		if !n.Quoted {
			n.Kind = Empty
		}
	}
}

func (p *parser) entries(n *Node, content []*yaml.Node, depth int) {
	seen := make(map[string]int, len(content)/2)
	n.Entries = slices.Grow(n.Entries, len(content)/2)
	for i := 0; i+1 < len(content) && !p.tooMuch; i += 2 {
		key, value := p.node(content[i], depth), p.node(content[i+1], depth)
		if p.tooMuch {
			return
		}
		if content[i].Kind != yaml.ScalarNode {
			p.report(key.Pos, "L104", Sentence("ключ должен быть одним словом", "a key must be one word"),
				Sentence("если это текст, возьмите его в кавычки", "if this is text, put it in quotes"))
			continue
		}
		key.Kind = Scalar // a key called null is a word too
		if first, ok := seen[key.Text]; ok {
			p.report(key.Pos, "L102", Sentence("ключ «%s» уже есть в строке %d", "the key %q is already on line %d", key.Text, first),
				Sentence("оставьте один из них", "keep one of them"))
			continue
		}
		seen[key.Text] = key.Line
		n.Entries = append(n.Entries, Entry{key, value})
	}
}

func (p *parser) oneDocument(decoder *yaml.Decoder, text []byte) {
	var second yaml.Node
	switch err := decoder.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		p.problems = append(p.problems, syntax(p.file, text, err))
	default:
		p.report(p.pos(&second), "L105", Sentence("в файле несколько документов (---)", "the file holds several documents (---)"),
			Sentence("оставьте один, остальные вынесите в свои файлы", "keep one and move the others to files of their own"))
	}
}
