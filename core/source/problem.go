package source

import (
	"cmp"
	"fmt"
	"slices"
)

// Pos is a place in a file as an editor shows it: lines and columns from 1,
// columns in characters.
type Pos struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
}

func (p Pos) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col) }

// At returns the place offset characters to the right.
func (p Pos) At(offset int) Pos { return Pos{File: p.File, Line: p.Line, Col: p.Col + offset} }

// Text is one sentence in the languages of the people who read Problems.
type Text struct {
	Ru string `json:"ru"`
	En string `json:"en"`
}

// In returns the sentence in lang, Russian when lang is not English.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.En
	}
	return t.Ru
}

// Sentence words a Text with the same arguments in both languages.
func Sentence(ru, en string, args ...any) Text {
	return Text{Ru: fmt.Sprintf(ru, args...), En: fmt.Sprintf(en, args...)}
}

// A Problem is a mistake in a programme's files, told to the marketer who can
// mend it: where, what is wrong, and what to write instead.
type Problem struct {
	Pos
	Code string `json:"code"` // stable, e.g. L101; see docs
	What Text   `json:"what"`
	Cure Text   `json:"cure"`

	// Keys are the known ones beside an unknown key (L103), or the one that is
	// missing (L107): what a schema is made of.
	Keys []string `json:"-"`
}

// Error prints the Problem in Russian, one line.
func (p *Problem) Error() string { return p.In("ru") }

// In prints the Problem in lang, one line: place, what, cure.
func (p *Problem) In(lang string) string {
	s := fmt.Sprintf("%s: %s: %s", p.Pos, p.Code, p.What.In(lang))
	if cure := p.Cure.In(lang); cure != "" {
		s += "; " + cure
	}
	return s
}

// Sort orders problems as a reader meets them in the files.
func Sort(ps []*Problem) {
	slices.SortStableFunc(ps, func(a, b *Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Code, b.Code))
	})
}
