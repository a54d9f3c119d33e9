package flows

import (
	"unicode/utf8"

	"besedka/core/source"
)

// checkTexts reports translations of nothing, placeholders they lost, titles
// that are too long and questions that may stay unsaid.
func (l *loader) checkTexts() {
	for _, t := range l.p.Retry {
		l.lostPlaceholders(t)
	}
	for _, id := range sorted(l.p.Flows) {
		f := l.p.Flows[id]
		for _, t := range f.Defaults() {
			l.lostPlaceholders(t)
		}
		for _, s := range f.Steps {
			s.texts(l.lostPlaceholders)
			l.checkTitles(s)
			l.alwaysSaid(s.Ask)
		}
	}
	l.strays()
}

func (l *loader) checkTitles(s *Step) {
	for _, b := range s.Buttons {
		for _, lang := range sorted(b.Title) {
			if utf8.RuneCountInString(b.Title[lang]) > MaxTitle {
				l.limit(b.Pos, source.Sentence("знаков в кнопке", "characters on a button"), MaxTitle)
			}
		}
	}
}

// alwaysSaid wants a question to have a case for everybody.
func (l *loader) alwaysSaid(t *Text) {
	if t == nil || len(t.Cases) == 0 || t.Cases[len(t.Cases)-1].When == nil {
		return
	}
	l.report(t.Pos, "L307", source.Sentence("вопрос задаётся не всем: у последнего случая есть when", "not everybody is asked: the last case has a when"),
		source.Sentence("добавьте последним случай без when", "add a last case without when"))
}
