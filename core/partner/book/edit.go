package book

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"besedka/core/source"
)

// editor changes the text of a book at the places of its values and leaves every other
// sign of it alone.
type editor struct {
	file     string
	lines    []string // without their ends
	end      string   // of lines
	partners *source.Node
	byID     map[string]*source.Node // values of partners
	stores   map[string]*source.Node // and of stores
	after    map[int][]group         // lines to stand behind a line, by its number
	spans    map[int][]span          // by line
	filled   map[*source.Node]bool   // collections that were empty
	problems []*source.Problem
}

// span is what comes in the place of characters of a line.
type span struct {
	from, to int // columns from 0, of characters
	text     string
}

// group is lines of one collection, whose first begins in a column.
type group struct {
	col   int
	lines []string
}

func newEditor(file string, text []byte) *editor {
	e := &editor{file: file, end: "\n", byID: map[string]*source.Node{}, stores: map[string]*source.Node{}, after: map[int][]group{}, spans: map[int][]span{}, filled: map[*source.Node]bool{}}
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	if len(text) == 0 {
		e.lines = []string{"partners:", ""}
		return e
	}
	if strings.Contains(string(text), "\r\n") {
		e.end = "\r\n"
	}
	e.lines = strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	root, _ := source.ParseUpTo(file, text, source.Limits{Bytes: MaxBytes, Nodes: MaxNodes})
	e.partners = root.Get("partners")
	for _, p := range e.partners.Entries {
		e.byID[p.Key.Text] = p.Value
		for _, s := range p.Value.Get("stores").Entries {
			e.stores[s.Key.Text] = s.Value
		}
	}
	return e
}

// text is the book with all changes. Of what stands behind one line the innermost is
// first: a till of a store, the next store, the next partner.
func (e *editor) text() []byte {
	var out []string
	for i, line := range e.lines {
		out = append(out, spliced(line, e.spans[i+1]))
		groups := e.after[i+1]
		slices.SortStableFunc(groups, func(a, b group) int { return b.col - a.col })
		for _, g := range groups {
			out = append(out, indented(g.col-1, g.lines)...)
		}
	}
	return []byte(strings.Join(out, e.end))
}

// spliced puts spans into a line; those at one place in the order in which they came.
func spliced(line string, spans []span) string {
	if len(spans) == 0 {
		return line
	}
	slices.SortStableFunc(spans, func(a, b span) int { return a.from - b.from })
	runes, at := []rune(line), 0
	var out strings.Builder
	for _, s := range spans {
		out.WriteString(string(runes[at:s.from]) + s.text)
		at = s.to
	}
	return out.String() + string(runes[at:])
}

// byHand reports a value that is written in a way which cannot be continued here.
func (e *editor) byHand(at source.Pos) {
	e.problems = append(e.problems, &source.Problem{
		Pos: at, Code: "L104", What: source.Sentence("импорт не умеет дописать это место", "the import cannot add to this place"),
		Cure: source.Sentence("запишите значение в одну строку или допишите сами", "write the value in one line, or add to it yourself"),
	})
}

// set writes a text of a map, in the place of the one that is there.
func (e *editor) set(m *source.Node, field, text string) {
	n := m.Get(field)
	if n == nil {
		e.add(m, field+": "+quoted(text))
		return
	}
	end, ok := e.endOf(n)
	if !ok || end.Line != n.Line || n.Kind != source.Scalar {
		e.byHand(n.Pos)
		return
	}
	e.spans[n.Line] = append(e.spans[n.Line], span{n.Col - 1, end.Col - 1, quoted(text)})
}

// add writes one more entry of a map.
func (e *editor) add(m *source.Node, entry string) {
	if e.flows(m) {
		e.grow(m, entry)
		return
	}
	e.insert(m, m.Entries[0].Key.Col, entry)
}

// extend writes more texts of a list, which may be a single text, or not there.
func (e *editor) extend(m *source.Node, field string, texts []string) {
	if len(texts) == 0 {
		return
	}
	n := m.Get(field)
	switch {
	case n == nil:
		e.add(m, field+": "+quotedList(texts))
	case n.Kind == source.Scalar:
		end, ok := e.endOf(n)
		if !ok || end.Line != n.Line {
			e.byHand(n.Pos)
			return
		}
		e.spans[n.Line] = append(e.spans[n.Line], span{n.Col - 1, end.Col - 1, quotedList(append([]string{n.Text}, texts...))})
	case e.flows(n):
		for _, text := range texts {
			e.grow(n, quote(text))
		}
	default:
		for _, text := range texts {
			e.insert(n, n.Col, "- "+quote(text))
		}
	}
}

// insert writes lines behind a collection in block style, from a column on.
func (e *editor) insert(n *source.Node, col int, lines ...string) {
	end, ok := e.endOf(n)
	if !ok {
		e.byHand(n.Pos)
		return
	}
	e.after[end.Line] = append(e.after[end.Line], group{col, lines})
}

// grow writes one more into a collection in brackets.
func (e *editor) grow(n *source.Node, text string) {
	if len(n.Items)+len(n.Entries) > 0 {
		end, ok := e.endOf(last(n))
		if !ok {
			e.byHand(n.Pos)
			return
		}
		e.spans[end.Line] = append(e.spans[end.Line], span{end.Col - 1, end.Col - 1, ", " + text})
		return
	}
	if e.filled[n] {
		text = ", " + text
	}
	e.filled[n] = true
	e.spans[n.Line] = append(e.spans[n.Line], span{n.Col, n.Col, text})
}

func last(n *source.Node) *source.Node {
	if n.Kind == source.List {
		return n.Items[len(n.Items)-1]
	}
	return n.Entries[len(n.Entries)-1].Value
}

// flows says whether a collection is written in brackets.
func (e *editor) flows(n *source.Node) bool {
	r := e.runeAt(n.Line, n.Col)
	return r == '[' || r == '{'
}

func (e *editor) runeAt(line, col int) rune {
	runes := []rune(e.lines[line-1])
	if col > len(runes) {
		return 0
	}
	return runes[col-1]
}

// endOf is the place behind a value; false when it cannot be told.
func (e *editor) endOf(n *source.Node) (source.Pos, bool) {
	switch {
	case n.Kind == source.Empty:
		return n.Pos, false
	case n.Kind == source.Scalar:
		return e.endOfScalar(n)
	case e.flows(n):
		return e.endOfBrackets(n)
	case len(n.Items)+len(n.Entries) == 0:
		return n.Pos, false
	}
	return e.endOf(last(n))
}

func (e *editor) endOfScalar(n *source.Node) (source.Pos, bool) {
	rest := string([]rune(e.lines[n.Line-1])[n.Col-1:])
	if !n.Quoted {
		return n.At(utf8.RuneCountInString(n.Text)), strings.HasPrefix(rest, n.Text) && n.Text != ""
	}
	s := scanner{}
	for i, r := range []rune(rest) {
		if s.next(r); i > 0 && s.quote == 0 {
			return n.Pos.At(i + 1), true
		}
	}
	return n.Pos, false // a block, or a quotation of several lines
}

func (e *editor) endOfBrackets(n *source.Node) (source.Pos, bool) {
	s := scanner{before: ','}
	col := n.Col
	for line := n.Line; line <= len(e.lines); line++ {
		runes := []rune(e.lines[line-1])
		for ; col <= len(runes); col++ {
			r := runes[col-1]
			if r == '#' && s.quote == 0 && (col == 1 || runes[col-2] == ' ') {
				break
			}
			if s.next(r); s.depth == 0 && s.quote == 0 {
				return source.Pos{File: n.File, Line: line, Col: col + 1}, true
			}
		}
		col = 1
	}
	return n.Pos, false
}

// scanner follows brackets and quotes. A quote opens only where a value begins.
type scanner struct {
	depth   int
	quote   rune // that is open
	escaped bool
	before  rune // the last sign that is no space
}

func (s *scanner) next(r rune) {
	switch {
	case s.quote != 0:
		s.inside(r)
	case (r == '"' || r == '\'') && strings.ContainsRune("\x00,:[{", s.before):
		s.quote = r
	case r == '[' || r == '{':
		s.depth++
	case r == ']' || r == '}':
		s.depth--
	}
	if r != ' ' {
		s.before = r
	}
}

// inside reads a sign within quotes. Two single quotes close it and open it again.
func (s *scanner) inside(r rune) {
	switch {
	case s.escaped:
		s.escaped = false
	case r == '\\' && s.quote == '"':
		s.escaped = true
	case r == s.quote:
		s.quote = 0
	}
}

// plain is what needs no quotes, in brackets neither.
var plain = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N} _./-]*$`)

// quoted is a text of a map: in quotes unless it is surely a text without them.
func quoted(text string) string {
	if plain.MatchString(text) && strings.ToLower(text) != "null" && !strings.HasSuffix(text, " ") {
		return text
	}
	return quote(text)
}

func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\t", " ").Replace(text) + `"`
}

// quotedList is one text, or several in brackets.
func quotedList(texts []string) string {
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = quote(text)
	}
	if len(all) == 1 {
		return all[0]
	}
	return "[" + strings.Join(all, ", ") + "]"
}
