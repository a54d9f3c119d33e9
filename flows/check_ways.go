package flows

import (
	"slices"

	"besedka/core/source"
)

// checkWays reports mistakes in how steps lead to one another.
func (l *loader) checkWays() {
	passes := l.passing()
	for _, id := range sorted(l.p.Flows) {
		f := l.p.Flows[id]
		for _, s := range f.Steps {
			l.checkCases(s)
		}
		l.checkDeadEnd(f)
		l.checkCircles(f, passes)
		if l.p.FAQ == nil || id != FAQName { // whose steps are come to by questions
			l.checkReach(f)
		}
	}
	l.checkRuns(passes)
	l.checkInterrupts()
}

// checkCases wants a way for every outcome, and no way for anything else.
func (l *loader) checkCases(s *Step) {
	outcomes, must := l.outcomes(s)
	if len(outcomes) == 0 && len(s.Cases) > 0 {
		l.report(s.where["go"], "L120", source.Sentence("исходы бывают у вопроса, вызова, ожидания и split", "a question, a call, a wait and a split have outcomes"),
			source.Sentence("здесь go - имя шага", "here go is the name of a step"))
		return
	}
	for _, name := range sorted(s.Cases) {
		if !slices.Contains(outcomes, name) {
			l.report(s.Cases[name].Pos, "L205", source.Sentence("исхода «%s» здесь не бывает", "there is no outcome %q here", shorten(name)), source.Meant(name, outcomes))
		}
	}
	for _, name := range l.unhandled(s, must) {
		code, ru, en := "L203", "исход «%s» ничем не закончен", "the outcome %q leads nowhere"
		if s.Call == "" && s.Split == nil {
			code, ru, en = "L204", "кнопка «%s» никуда не ведёт", "the button %q leads nowhere"
		}
		l.report(s.Pos, code, source.Sentence(ru, en, name), source.Sentence("добавьте «%s» в go", "add %q to go", name))
	}
}

// unhandled is what must have a way and has none.
func (l *loader) unhandled(s *Step, must []string) []string {
	if s.Go != nil || s.Routes != nil || s.Cases == nil && s.Call == "" && s.Split == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(must), func(name string) bool { return s.Cases[name] != nil })
}

// outcomes lists what may come out of a step, and what must have a way.
func (l *loader) outcomes(s *Step) (all, must []string) {
	options := s.options()
	call, called := l.vocabulary.Calls[s.Call]
	switch {
	case len(s.Split) > 0:
		names := make([]string, len(s.Split))
		for i, share := range s.Split {
			names[i] = share.Name
		}
		return names, names
	case s.Wait != nil:
		return []string{Happened, Late}, nil
	case called && (s.Ask == nil || s.Expect.Type == ChoiceType):
		return call.Outcomes, call.Outcomes
	case called:
		return slices.Concat(call.Outcomes, options), call.Outcomes
	case s.Ask == nil || s.Call != "":
		return nil, nil
	case s.Expect.Type == ChoiceType:
		return options, options
	}
	return append(options, Answered), nil
}

func (s *Step) options() []string {
	var ids []string
	for _, b := range s.Buttons {
		if b.Option() && !b.Ours {
			ids = append(ids, b.ID)
		}
	}
	return ids
}

// checkDeadEnd reports a last step that neither goes on nor ends.
func (l *loader) checkDeadEnd(f *Flow) {
	if len(f.Steps) == 0 {
		return
	}
	s := f.Steps[len(f.Steps)-1]
	if _, must := l.outcomes(s); s.falls() && len(l.unhandled(s, must)) == 0 {
		l.breaksOff(s.Pos, source.Sentence("шаге «%s»", "step %q", s.ID))
	}
	s.ways(func(name string, b *Branch) {
		where := source.Sentence("исходе «%s»", "the outcome %q", name)
		if name == "" {
			where = source.Sentence("шаге «%s»", "step %q", s.ID)
		}
		if b.Go == "" && b.Run == "" && !b.End {
			l.breaksOff(b.Pos, where)
		}
	})
}

func (l *loader) breaksOff(at source.Pos, where source.Text) {
	l.report(at, "L202", source.Text{Ru: "сценарий обрывается на " + where.Ru, En: "the flow breaks off at " + where.En},
		source.Sentence("добавьте go, run или end: true", "add go, run or end: true"))
}
