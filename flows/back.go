package flows

import (
	"slices"

	"besedka/core/source"
)

// readBack reads the words that lead to the question before. With no words in
// the list there is no way back, whatever is said farther out; nil leaves it to
// that.
func (l *loader) readBack(o *source.Object) *Listen {
	n := o.Node("back")
	if n == nil {
		return nil
	}
	return &Listen{Pos: n.Pos, Words: l.readWords(n), Back: true}
}

// own makes a text of ours, which is in Russian and otherwise in English. It
// stands where the programme says its own.
func (l *loader) own(slot string, at source.Pos, ru, en string) *Text {
	c := &Case{Pos: at, Lines: map[string][]*Line{}}
	for _, lang := range l.p.Languages {
		text := map[bool]string{true: ru, false: en}[lang == "ru"]
		c.Lines[lang] = l.readLines(&source.Node{Pos: at, Kind: source.Scalar, Text: text}, lang)
	}
	return &Text{Pos: at, Slot: slot, Cases: []*Case{c}}
}

// heardIn is what list hears with the words of back before it.
func heardIn(back *Listen, list []*Listen) []*Listen {
	if back == nil {
		return list
	}
	return append([]*Listen{back}, list...)
}

// GoesBack says whether there is a question from which a word leads back.
func (p *Programme) GoesBack() bool {
	leads := func(back *Listen) bool { return back != nil && len(back.Words) > 0 }
	for _, f := range p.Flows {
		if leads(f.Back) || slices.ContainsFunc(f.Steps, func(s *Step) bool { return leads(s.Back) }) {
			return true
		}
	}
	return leads(p.Back)
}
