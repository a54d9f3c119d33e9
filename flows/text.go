package flows

import (
	"besedka/core/chat"
	"besedka/core/source"
)

// Text is what is said at one place of a script, under its stable name: the
// first case that fits the member is taken, and one of its lines is said.
type Text struct {
	source.Pos
	Slot  string // step.say, step.ask, step.retry.1, step.<option or outcome or reason>
	Cases []*Case

	ours bool // nobody wrote it, so nobody translates it
}

// Ours says whether the text is the program's own, in no file.
func (t *Text) Ours() bool { return t.ours }

// Case is the lines for whom When holds, by language; nil When holds always. See
// LinesIn.
type Case struct {
	source.Pos
	When  *Expr
	Order Order
	Lines map[string][]*Line                  // each in the order of the file
	For   map[chat.Channel]map[string][]*Line // instead of Lines in these messengers
}

// Order is how the next line of a case is chosen.
type Order string

// Orders.
const (
	Any   Order = ""      // by chance, but not the same twice in a row
	Seq   Order = "seq"   // one after the other; the last one stays
	Cycle Order = "cycle" // one after the other, and again from the first
	Once  Order = "once"  // one after the other, each once in a conversation; then the case is passed over
)

// readText reads a text in one of its forms: a text, a list of equal lines, or
// a list of cases {when, text} and {when, any}.
func (l *loader) readText(n *source.Node, slot string) *Text {
	if n == nil {
		return nil
	}
	t := &Text{Pos: n.Pos, Slot: slot, Cases: l.readCases(n, l.base())}
	lines := 0
	for _, c := range t.Cases {
		c.every(func(_ string, list []*Line) { lines += len(list) })
	}
	if lines > MaxVariants {
		l.limit(n.Pos, source.Sentence("вариантов", "variants"), MaxVariants)
	}
	return t
}

func (l *loader) readCases(n *source.Node, lang string) []*Case {
	if n.Kind == source.List && hasMap(n) {
		cases := make([]*Case, 0, len(n.Items))
		for _, item := range n.Items {
			cases = append(cases, l.readCase(item, lang))
		}
		return cases
	}
	return []*Case{l.readCase(n, lang)}
}

func hasMap(n *source.Node) bool {
	for _, item := range n.Items {
		if item.Kind == source.Map {
			return true
		}
	}
	return false
}

func (l *loader) readCase(n *source.Node, lang string) *Case {
	c := &Case{Pos: n.Pos, Lines: map[string][]*Line{}}
	lines := n
	if n.Kind == source.Map {
		o := source.Fields(n, &l.problems)
		c.When = readExpr(o.Node("when"))
		lines = l.oneOf(o, c)
		l.readFor(o, c, lang)
		o.Done()
	}
	c.Lines[lang] = l.readLines(lines, lang)
	return c
}

// oneOf reads the lines of a case from the one key that says their order.
func (l *loader) oneOf(o *source.Object, c *Case) (lines *source.Node) {
	given := 0
	for _, key := range []string{"text", "any", string(Seq), string(Cycle), string(Once)} {
		if o.Has(key) {
			given++
			lines = o.Node(key)
			c.Order = map[string]Order{string(Seq): Seq, string(Cycle): Cycle, string(Once): Once}[key]
		}
	}
	if given != 1 {
		o.Report(c.Pos, "L124", source.Sentence("нужен ровно один из ключей text, any, seq, cycle, once", "exactly one of text, any, seq, cycle, once is needed"),
			source.Sentence("один текст пишут в text, несколько - в any, по порядку - в seq или cycle", "one text goes into text, several into any, in their order into seq or cycle"))
	}
	return lines
}

// readLines reads one text or a list of them in a language.
func (l *loader) readLines(n *source.Node, lang string) []*Line {
	if n == nil {
		return nil
	}
	items := []*source.Node{n}
	if n.Kind == source.List {
		items = n.Items
	}
	if len(items) == 0 {
		l.empty(n.Pos)
	}
	var lines []*Line
	for _, item := range items {
		if line := l.readLine(item, lang); line != nil {
			lines = append(lines, line)
		}
	}
	return lines
}

// texts calls do with every text of the step.
func (s *Step) texts(do func(*Text)) {
	some := func(t *Text) {
		if t != nil {
			do(t)
		}
	}
	some(s.Say)
	some(s.Ask)
	for _, b := range s.Buttons {
		some(b.URL)
	}
	for _, t := range s.Retry {
		do(t)
	}
	for _, r := range s.Remind {
		some(r.Say)
	}
	s.branches(func(_ string, b *Branch) { some(b.Say) })
}

// ways calls do with every branch that leaves the step. One that only says why
// an answer is refused asks again.
func (s *Step) ways(do func(name string, b *Branch)) {
	s.branches(func(name string, b *Branch) {
		if s.Else[name] != b || b.Go != "" || b.Run != "" || b.End {
			do(name, b)
		}
	})
}

// branches calls do with every branch of the step, Go under the name "".
func (s *Step) branches(do func(name string, b *Branch)) {
	if s.Go != nil {
		do("", s.Go)
	}
	for i, r := range s.Routes {
		do(s.RouteName(i), r.Branch)
	}
	for _, name := range sorted(s.Cases) {
		do(name, s.Cases[name])
	}
	for _, name := range sorted(s.Else) {
		do(name, s.Else[name])
	}
	if s.Expire != nil {
		do(Expired, s.Expire.Branch)
	}
}
