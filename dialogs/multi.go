package dialogs

import (
	"slices"
	"strings"

	"besedka/core/expr"
	"besedka/flows"
)

// picked takes one tap of a choice of several: an option is picked or let go,
// and the question shows what is picked; its end gives the answer.
func (t *turn) picked(s *step, b *flows.Button) error {
	if b.ID == flows.DoneOption {
		if reason := t.choose(s, t.s.Picked); reason != "" {
			return t.refuse(s, reason)
		}
		return t.answered(s)
	}
	if i := slices.Index(t.s.Picked, b.ID); i >= 0 {
		t.s.Picked = slices.Delete(slices.Clone(t.s.Picked), i, i+1)
	} else if s.Expect.Max > 0 && len(t.s.Picked) >= s.Expect.Max {
		return t.refuse(s, "too_many")
	} else {
		t.s.Picked = append(slices.Clip(t.s.Picked), b.ID)
	}
	return t.ask(s, nil)
}

// several takes options that were written at once: «1, 3», «кофе и чай».
func (t *turn) several(s *step, text string) (reason string) {
	var picked []string
	for _, part := range parts(text) {
		b := s.titles[flows.Normal(part)]
		if b == nil || b.ID == flows.DoneOption || s.Cases[b.ID] != nil {
			return "no_such_option"
		}
		if !slices.Contains(picked, b.ID) {
			picked = append(picked, b.ID)
		}
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
func (t *turn) choose(s *step, picked []string) (reason string) {
	switch {
	case len(picked) < s.Expect.Min:
		return "too_few"
	case s.Expect.Max > 0 && len(picked) > s.Expect.Max:
		return "too_many"
	}
	var ids []string
	for _, b := range s.Buttons {
		if slices.Contains(picked, b.ID) {
			ids = append(ids, b.ID)
		}
	}
	t.answer = expr.TextsOf(ids)
	return ""
}
