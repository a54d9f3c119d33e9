package flows

import (
	"errors"
	"unicode/utf8"

	"besedka/core/expr"
	"besedka/core/source"
	"besedka/locales"
)

// Line is one wording of a text.
type Line struct {
	locales.Template
	Needs []string // the names it prints
	node  *source.Node
}

// Pos is where the wording stands in its file.
func (l *Line) Pos() source.Pos { return l.node.Pos }

func (l *loader) readLine(n *source.Node, lang string) *Line {
	text := n.AsText(&l.problems)
	if n.Kind != source.Scalar {
		return nil
	}
	if utf8.RuneCountInString(text) > MaxText {
		l.limit(n.Pos, source.Sentence("знаков в тексте", "characters in a text"), MaxText)
		return nil
	}
	t, err := locales.ParseText(text)
	if err != nil {
		var bad *locales.SyntaxError
		if errors.As(err, &bad) {
			l.report(n.At(bad.Offset), "L303", source.Text{Ru: bad.Ru, En: bad.En}, source.Text{})
		}
		return nil
	}
	line := &Line{Template: t, Needs: t.Names(), node: n}
	return line
}

// ourLine is a line that stands in no file.
func ourLine(text string, at source.Pos) *Line {
	t, err := locales.ParseText(text)
	if err != nil {
		panic(err) // it is ours
	}
	return &Line{Template: t, Needs: t.Names(), node: &source.Node{Pos: at}}
}

// checkLine wants every name of the line to be in scope and printable, and
// every plural to have as many forms as the language needs.
func (l *loader) checkLine(line *Line, lang string, names map[string]expr.Kind) {
	for _, slot := range line.Placeholders() {
		if l.full() {
			return
		}
		kind, ok := names[slot.Name]
		switch {
		case !ok:
			l.report(line.node.At(slot.Offset), "L112", source.Sentence("нет имени «%s»", "there is no name %q", slot.Name), source.Meant(slot.Name, sorted(names)))
		case kind == expr.Bool || kind == expr.Texts:
			l.report(line.node.At(slot.Offset), "L304", source.Sentence("«%s» не напечатать", "%q cannot be printed", slot.Name), source.Sentence("спросите о нём в when", "ask about it in a when"))
		case len(slot.Forms) > 0:
			l.checkForms(line, slot, kind, lang)
		}
	}
}

func (l *loader) checkForms(line *Line, slot locales.Placeholder, kind expr.Kind, lang string) {
	want := locales.PluralForms(lang)
	fit := locales.FormsFit(lang, len(slot.Forms))
	if kind == expr.Text {
		want, fit = 2, len(slot.Forms) == 2 // his and hers
	}
	if !fit || kind == expr.Date {
		l.report(line.node.At(slot.Offset), "L305", source.Sentence("у «%s» форм слова %d, а нужно %d", "%q has %d forms of the word, %d are needed", slot.Name, len(slot.Forms), want),
			source.Sentence("пишите, например, {n|балл|балла|баллов}", "write for example {n|point|points}"))
	}
}

// Arg is a value as texts print it.
func Arg(v expr.Value) locales.Arg {
	n, whole := v.Int()
	switch v.Kind() {
	case expr.Text:
		return locales.Text(v.Text())
	case expr.Date:
		return locales.Date(v.Day())
	case expr.Count, expr.Ratio, expr.Money, expr.Points:
		switch {
		case !whole:
			return locales.Exact(v.Rat())
		case v.Kind() == expr.Money:
			return locales.Money(n)
		case v.Kind() == expr.Points:
			return locales.Points(n)
		}
		return locales.Count(n)
	}
	return locales.Arg{}
}
