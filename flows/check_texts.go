package flows

import "besedka/core/source"

// checkTexts reports translations of nothing, placeholders they lost, buttons
// that do not do and questions that may stay unsaid.
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
			l.checkButtons(s)
			l.alwaysSaid(s.Ask)
		}
	}
	l.strays()
}

// alwaysSaid wants a question to have a case for everybody.
func (l *loader) alwaysSaid(t *Text) {
	if t == nil || len(t.Cases) == 0 || t.Cases[len(t.Cases)-1].When == nil {
		return
	}
	l.report(t.Pos, "L307", source.Sentence("вопрос задаётся не всем: у последнего случая есть when", "not everybody is asked: the last case has a when"),
		source.Sentence("добавьте последним случай без when", "add a last case without when"))
}
