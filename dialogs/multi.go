package dialogs

import (
	"math/bits"
	"slices"
	"strings"

	"besedka/core/expr"
	"besedka/flows"
	"besedka/locales"
)

// picked takes one tap of a choice of several: an option is picked or let go,
// and what is picked is shown under a few words; its end gives the answer.
func (t *turn) picked(s *step, b *flows.Button) error {
	if b.ID == flows.DoneOption {
		if reason := t.choose(s, t.s.Picked); reason != "" {
			return t.refuse(s, reason)
		}
		return t.answered(s)
	}
	picked := t.s.Picked ^ s.bit(b)
	if s.Expect.Max > 0 && picked > t.s.Picked && bits.OnesCount32(picked) > s.Expect.Max {
		return t.refuse(s, "too_many")
	}
	t.s.Picked = picked
	return t.sayOwn(s.ID+"."+pickedSlot, t.soFar(s), s.Buttons)
}

// pickedSlot names what is said after each tap, in tests and transcripts.
const pickedSlot = "picked"

// soFar tells what is picked, and how to go on. The question is not put again:
// whoever taps has just read it.
func (t *turn) soFar(s *step) string {
	var titles []string
	for _, b := range s.Buttons {
		if t.s.Picked&s.bit(b) != 0 {
			titles = append(titles, t.title(b))
		}
	}
	args := locales.Args{"list": locales.Text(strings.Join(titles, ", ")), "done": locales.Text(s.Expect.Done[t.lang])}
	switch len(titles) {
	case 0:
		return t.builtIn("picked.none", args)
	case s.Expect.Max:
		return t.builtIn("picked.all", args)
	}
	return t.builtIn("picked.some", args)
}

// bit stands for a button of the question: flows.MaxButtons and our own are fewer
// than there are bits.
func (s *step) bit(b *flows.Button) uint32 { return 1 << slices.Index(s.Buttons, b) }

// several takes options that were written at once: «1, 3», «кофе и чай». A title
// may hold a comma or an «и» itself, so the longest one that fits is taken.
func (t *turn) several(s *step, text string) (reason string) {
	var picked uint32
	for words := strings.Fields(flows.Normal(text)); len(words) > 0; {
		b, read := s.longest(words)
		switch {
		case b != nil && (b.Ours || b.Skip || s.Cases[b.ID] != nil), b == nil && !joins[words[0]]:
			return "no_such_option"
		case b != nil:
			picked |= s.bit(b)
		}
		words = words[max(read, 1):]
	}
	return t.choose(s, picked)
}

// joins are the words between options.
var joins = map[string]bool{"и": true, "and": true}

// longest is the option with the longest title that words begin with, and how many
// they are; nil for none.
func (s *step) longest(words []string) (b *flows.Button, read int) {
	for read = min(len(words), maxTitleWords); read > 0; read-- {
		if b = s.titles[strings.Join(words[:read], " ")]; b != nil {
			return b, read
		}
	}
	return nil, 0
}

// maxTitleWords is as many as fit into a title.
const maxTitleWords = flows.MaxTitle / 2

// choose makes an answer of what is picked, in the order of the question.
func (t *turn) choose(s *step, picked uint32) (reason string) {
	switch n := bits.OnesCount32(picked); {
	case n < s.Expect.Min:
		return "too_few"
	case s.Expect.Max > 0 && n > s.Expect.Max:
		return "too_many"
	}
	var ids []string
	for _, b := range s.Buttons {
		if picked&s.bit(b) != 0 {
			ids = append(ids, b.ID)
		}
	}
	t.answer = expr.TextsOf(ids)
	return ""
}
