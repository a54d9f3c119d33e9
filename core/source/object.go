package source

import (
	"math/big"
	"slices"
)

// An Object reads a Map key by key and remembers which keys it was asked for;
// Done reports the others. Reads of keys that are not there give zero values:
// Require names those that must be.
type Object struct {
	node     *Node // nil when there is nothing to read, which somebody has reported
	problems *[]*Problem
	asked    []string
}

// Fields begins to read n, which must be a Map. Problems are added to ps. A
// nil n reads as an Object without keys that reports nothing.
func Fields(n *Node, ps *[]*Problem) *Object {
	if n != nil && n.Kind != Map {
		n.wrong(ps, Sentence("ключи со значениями", "keys with values"))
		n = nil
	}
	return &Object{node: n, problems: ps, asked: make([]string, 0, usualKeys)}
}

// How many keys a reader usually asks for, and how many more one of much does.
const usualKeys, manyKeys = 8, 24

// Require reports each of keys that is not there.
func (o *Object) Require(keys ...string) {
	if o.node == nil {
		return
	}
	for _, key := range keys {
		if o.Node(key) == nil {
			o.Report(o.node.Pos, "L107", Sentence("нет ключа «%s»", "the key %q is missing", key), Sentence("добавьте его", "add it"), key)
		}
	}
}

// Report adds a problem to those of the Object, with the keys it is about.
func (o *Object) Report(at Pos, code string, what, cure Text, keys ...string) {
	*o.problems = append(*o.problems, &Problem{Pos: at, Code: code, What: what, Cure: cure, Keys: keys})
}

// Node returns the value of key, nil when it is not there.
func (o *Object) Node(key string) *Node {
	if !slices.Contains(o.asked, key) {
		if len(o.asked) == usualKeys {
			o.asked = slices.Grow(o.asked, manyKeys)
		}
		o.asked = append(o.asked, key)
	}
	return o.node.Get(key)
}

// Has says whether key is there.
func (o *Object) Has(key string) bool { return o.Node(key) != nil }

// At returns the place of key's value, or of the object without that key.
func (o *Object) At(key string) Pos {
	if n := o.Node(key); n != nil {
		return n.Pos
	}
	if o.node != nil {
		return o.node.Pos
	}
	return Pos{}
}

// Text reads a scalar as it is written.
func (o *Object) Text(key string) string { return o.Node(key).AsText(o.problems) }

// Bool reads true or false and nothing else.
func (o *Object) Bool(key string) bool { return o.Node(key).AsBool(o.problems) }

// Int reads a whole number.
func (o *Object) Int(key string) int64 { return o.Node(key).AsInt(o.problems) }

// Decimal reads a decimal number exactly; nil when there is none.
func (o *Object) Decimal(key string) *big.Rat { return o.Node(key).AsDecimal(o.problems) }

// Texts reads a list of texts; a single text is a list of one.
func (o *Object) Texts(key string) []string { return o.Node(key).AsTexts(o.problems) }

// List reads a list.
func (o *Object) List(key string) []*Node { return o.Node(key).AsList(o.problems) }

// Map reads a map whose keys the writer chooses, in the order of the file.
func (o *Object) Map(key string) []Entry { return o.Node(key).AsMap(o.problems) }

// Object reads a map of known keys.
func (o *Object) Object(key string) *Object { return Fields(o.Node(key), o.problems) }

// Done reports the keys nobody asked for.
func (o *Object) Done() {
	if o.node == nil {
		return
	}
	for _, e := range o.node.Entries {
		if !slices.Contains(o.asked, e.Key.Text) {
			o.Report(e.Key.Pos, "L103", Sentence("незнакомый ключ «%s»", "unknown key %q", e.Key.Text), Meant(e.Key.Text, o.asked), o.asked...)
		}
	}
}
