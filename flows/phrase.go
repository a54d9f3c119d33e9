package flows

import (
	"errors"
	"regexp"

	"besedka/core/expr"
	"besedka/core/source"
	"besedka/locales"
)

// OperatorName is who of the staff writes, in their phrases.
const OperatorName = "operator"

// Phrase is what the staff keep ready to say, in the language of scripts' texts: it may
// print what any script may, and the name of who says it.
type Phrase struct {
	*Line
	Lang string // in which its forms of words fit
}

// Phrase reads what the staff have written, for a conversation in lang: of the programme's
// languages it is in the first one, lang before others, whose forms its words have.
func (p *Programme) Phrase(v Vocabulary, text, lang string) (Phrase, []*source.Problem) {
	t, err := locales.ParseText(text)
	if bad, ok := errors.AsType[*locales.SyntaxError](err); ok {
		return Phrase{}, []*source.Problem{{Code: "L303", What: source.Text{Ru: bad.Ru, En: bad.En}}}
	}
	line := &Line{Template: t, Needs: t.Names(), node: &source.Node{}}
	names := p.Facts(v)
	for _, link := range Links() {
		names[link] = expr.Text
	}
	names[OperatorName] = expr.Text
	var first []*source.Problem
	for _, lang := range append([]string{lang}, p.Languages...) {
		l := &loader{p: p, vocabulary: v}
		l.checkLine(line, lang, names)
		if len(l.problems) == 0 {
			return Phrase{line, lang}, nil
		}
		if first == nil {
			first = l.problems
		}
	}
	return Phrase{}, first
}

// leftOver is a name in braces, as the staff may write it by hand.
var leftOver = regexp.MustCompile(`\{+\s*[\p{L}_][\p{L}\p{Nd}_.]*\s*(\|[^{}]*)?\}+`)

// LeftOver is the first name in braces in a text that is about to be said: nobody meant to
// say the braces. "" when there is none.
func LeftOver(text string) string { return leftOver.FindString(text) }
