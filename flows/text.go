package flows

import (
	"besedka/core/source"
)

// Text is what is said at one place of a script, under its stable name: the
// first case that fits the member is taken, and one of its lines is said.
type Text struct {
	source.Pos
	Slot  string // step.say, step.ask, step.retry.1, step.<option or outcome or reason>
	Cases []*Case
}

// Case is the lines for whom When holds, by language; nil When holds always.
type Case struct {
	source.Pos
	When  *Expr
	Lines map[string][]*Line // each in the order of the file
}

// readText reads a text in one of its forms: a text, a list of equal lines, or
// a list of cases {when, text} and {when, any}.
func (l *loader) readText(n *source.Node, slot string) *Text {
	if n == nil {
		return nil
	}
	t := &Text{Pos: n.Pos, Slot: slot, Cases: l.readCases(n, l.base())}
	lines := 0
	for _, c := range t.Cases {
		lines += len(c.Lines[l.base()])
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
		if lines = o.Node("text"); o.Has("any") {
			lines = o.Node("any")
		}
		if o.Has("text") == o.Has("any") {
			o.Report(n.Pos, "L124", source.Sentence("нужен ровно один из ключей text, any", "exactly one of text, any is needed"), source.Sentence("один текст пишут в text, несколько - в any", "one text goes into text, several into any"))
		}
		o.Done()
	}
	c.Lines[lang] = l.readLines(lines, lang)
	return c
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
	for _, name := range sorted(s.Cases) {
		do(name, s.Cases[name])
	}
	for _, name := range sorted(s.Else) {
		do(name, s.Else[name])
	}
}
