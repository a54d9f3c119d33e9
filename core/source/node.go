package source

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Kind is the shape of a Node.
type Kind uint8

// The shapes. Empty is a value left out: `key:`, `key: ~` or `key: null`.
const (
	Empty Kind = iota
	Scalar
	List
	Map
)

// A Node is one value of a YAML file and its place.
type Node struct {
	Pos
	Kind    Kind
	Quoted  bool       // a Scalar in quotes or as a block, so certainly text
	style   yaml.Style // beside the other small ones: a file has thousands of nodes
	Text    string     // of a Scalar: what is written, quotes and escapes resolved
	Items   []*Node    // of a List
	Entries []Entry    // of a Map, in the order of the file; no key twice

	file *lines
}

// lines are those of one file.
type lines []string

// An Entry is one key of a Map and its value.
type Entry struct {
	Key   *Node // a Scalar
	Value *Node
}

// Get returns the value of key, nil when n has no such key.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for _, e := range n.Entries {
		if e.Key.Text == key {
			return e.Value
		}
	}
	return nil
}

// At returns the place of the character at offset (in characters) of the
// scalar's text. Text folded over several lines answers with its beginning.
func (n *Node) At(offset int) Pos {
	switch {
	case n.Kind != Scalar:
		return n.Pos
	case n.style&yaml.LiteralStyle != 0:
		return n.inBlock(offset)
	case n.style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		return n.inQuotes(offset)
	case strings.HasPrefix(n.rest(), n.Text):
		return n.Pos.At(min(offset, utf8.RuneCountInString(n.Text)))
	}
	return n.Pos
}

// rest is the node's line from the node on.
func (n *Node) rest() string {
	line := (*n.file)[n.Line-1]
	for range n.Col - 1 {
		_, size := utf8.DecodeRuneInString(line)
		line = line[size:]
	}
	return line
}

// inQuotes walks a quoted scalar, where one character may be written as
// several: ” as two quotes, or an escape.
func (n *Node) inQuotes(offset int) Pos {
	src := []rune(n.rest())
	at := 1
	for ; offset > 0 && at < len(src); offset-- {
		at += n.width(src[at:])
	}
	if at >= len(src) {
		return n.Pos
	}
	return n.Pos.At(at)
}

func (n *Node) width(src []rune) int {
	if n.style&yaml.SingleQuotedStyle != 0 && src[0] == '\'' {
		return 2
	}
	if n.style&yaml.DoubleQuotedStyle == 0 || src[0] != '\\' || len(src) < 2 {
		return 1
	}
	switch src[1] {
	case 'x':
		return 4
	case 'u':
		return 6
	case 'U':
		return 10
	}
	return 2
}

// inBlock finds a character of a literal block, whose lines stand below its
// indicator, all moved right by the same indent.
func (n *Node) inBlock(offset int) Pos {
	runes := []rune(n.Text)
	before := string(runes[:min(offset, len(runes))])
	line := n.Line + 1 + strings.Count(before, "\n")
	if line > len(*n.file) {
		return n.Pos
	}
	right := n.indent() + utf8.RuneCountInString(before[strings.LastIndex(before, "\n")+1:])
	return Pos{File: n.File, Line: line, Col: 1 + min(right, utf8.RuneCountInString((*n.file)[line-1]))}
}

// indent is what stands before the first line of a block that has any text.
func (n *Node) indent() int {
	first, _, _ := strings.Cut(strings.TrimLeft(n.Text, "\n"), "\n")
	for _, line := range (*n.file)[n.Line:] {
		if margin, ok := strings.CutSuffix(strings.TrimRight(line, "\r"), first); ok && first != "" {
			return utf8.RuneCountInString(margin)
		}
	}
	return 0
}
