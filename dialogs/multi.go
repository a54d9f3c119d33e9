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

// several takes options that were written at once: «1, 3», «кофе и чай».
func (t *turn) several(s *step, text string) (reason string) {
	var picked uint32
	for _, part := range parts(text) {
		b := s.titles[flows.Normal(part)]
		if b == nil || b.Ours || b.Skip || s.Cases[b.ID] != nil {
			return "no_such_option"
		}
		picked |= s.bit(b)
	}
	return t.choose(s, picked)
}

// parts cuts at commas and the like, at «и», and between bare numbers.
func parts(text string) []string {
	cut := func(r rune) bool { return strings.ContainsRune(",;\n+", r) }
	if !strings.ContainsFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != ' ' && !cut(r) }) {
		cut = func(r rune) bool { return r < '0' || r > '9' }
	}
	for _, and := range []string{" и ", " and "} {
		text = strings.ReplaceAll(text, and, ",")
	}
	return strings.FieldsFunc(text, cut)
}

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
