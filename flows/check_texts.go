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
	l.checkOnce()
	l.strays()
}

// alwaysSaid wants a question to have a case for everybody.
func (l *loader) alwaysSaid(t *Text) {
	if t == nil || len(t.Cases) == 0 || t.Cases[len(t.Cases)-1].always() {
		return
	}
	l.report(t.Pos, "L307", source.Sentence("вопрос задаётся не всем: последний случай - не для всех", "not everybody is asked: the last case is not for all"),
		source.Sentence("добавьте последним случай без when и once", "add a last case without when and once"))
}

// always says whether the case has something for everybody, however often.
func (c *Case) always() bool { return c.When == nil && c.Order != Once }

// checkOnce bounds what a conversation has to remember for ever.
func (l *loader) checkOnce() {
	found := 0
	for _, id := range sorted(l.p.Flows) {
		for _, s := range l.p.Flows[id].Steps {
			s.texts(func(t *Text) {
				for _, c := range t.Cases {
					if c.Order != Once {
						continue
					}
					if found++; found == MaxOnce+1 {
						l.limit(c.Pos, source.Sentence("реплик once", "texts said once"), MaxOnce)
					}
				}
			})
		}
	}
}
