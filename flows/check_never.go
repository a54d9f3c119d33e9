package flows

import (
	"strings"

	"besedka/core/expr"
	"besedka/core/source"
)

// never looks for what can never happen: conditions that never hold, and cases
// and words that stand behind others which take all of theirs.
type never struct {
	*loader
	choices map[string][]expr.Value
	left    int // conditions it may still look at
}

// maxConditions bounds the conditions of a folder that are tried.
const maxConditions = 5000

// checkNever looks at the segments, the flows and what interrupts them.
func (l *loader) checkNever() {
	choices := l.choices()
	n := &never{l, choices, maxConditions}
	for _, e := range l.segments {
		if !n.possible(l.p.Segments[e.Key.Text], nil) {
			n.neverHolds(e.Value.Pos)
		}
	}
	l.heardTwice(heardIn(l.p.Back, l.p.Listen))
	for _, id := range sorted(l.p.Flows) {
		f := l.p.Flows[id]
		l.heardTwice(heardIn(f.Back, f.Listen))
		n.choices = l.choicesIn(f, choices)
		for _, s := range f.Steps {
			l.heardTwice(heardIn(s.Back, s.Listen))
			if s.When.known() && !n.possible(s.When.Program, nil) {
				n.neverHolds(s.When.node.Pos)
			}
			if s.Skip.known() && !n.possible(s.Skip.Program, nil) {
				n.neverHolds(s.Skip.node.Pos)
			}
			s.texts(n.checkCasesOf)
			n.checkRoutes(s)
		}
	}
}

func (n *never) possible(p *expr.Program, before []*expr.Program) bool {
	n.left--
	return n.left < 0 || expr.Possible(p, before, n.choices)
}

// choices are the values that fields of the profile can have.
func (l *loader) choices() map[string][]expr.Value {
	choices := map[string][]expr.Value{}
	for _, f := range l.p.Profile.Fields {
		for _, o := range f.Options {
			choices[ProfilePrefix+f.Name] = append(choices[ProfilePrefix+f.Name], expr.TextOf(o.Name))
		}
	}
	return choices
}

func (l *loader) neverHolds(at source.Pos) {
	l.report(at, "L207", source.Sentence("это условие никогда не выполнится", "this condition never holds"),
		source.Sentence("сравните его части: они противоречат друг другу или анкете", "compare its parts: they contradict one another or the profile"))
}

// checkCasesOf reports cases of a text that nobody comes to.
func (n *never) checkCasesOf(t *Text) {
	var before []*expr.Program
	for i, c := range t.Cases[:min(len(t.Cases), MaxVariants)] {
		switch {
		case c.always() && i < len(t.Cases)-1:
			n.shadowed(t.Cases[i+1].Pos)
			return
		case c.When == nil || !c.When.known():
			continue
		case !n.possible(c.When.Program, nil):
			n.neverHolds(c.When.node.Pos)
		case t.repeats(i) || !n.possible(c.When.Program, before):
			n.shadowed(c.When.node.Pos)
		}
		if c.Order != Once { // what has been said once is passed over
			before = append(before, c.When.Program)
		}
	}
}

// repeats says whether an earlier case has the same condition as the i-th.
func (t *Text) repeats(i int) bool {
	for _, c := range t.Cases[:i] {
		if c.Order != Once && c.When.source() == t.Cases[i].When.source() {
			return true
		}
	}
	return false
}

func (l *loader) shadowed(at source.Pos) {
	l.report(at, "L207", source.Sentence("до этого случая не дойдёт: всех забрали те, что выше", "nobody comes to this case: those above take them all"),
		source.Sentence("поставьте узкое условие выше широкого", "put the narrow condition above the wide one"))
}

// heardTwice reports words of a list that an entry above it hears already.
func (l *loader) heardTwice(list []*Listen) {
	heard := map[string]*Listen{}
	for _, e := range list {
		for _, w := range e.Words {
			key := Normal(w)
			if first := heard[key]; first != nil && first != e && key != "" {
				l.report(e.Pos, "L207", source.Sentence("слово «%s» уже слышит запись в строке %d", "the word %q is already heard by the entry on line %d", shorten(strings.TrimSpace(w)), first.Line),
					source.Sentence("оставьте его в одной из них", "keep it in one of them"))
			}
			heard[key] = e
		}
	}
}
