package flows

import (
	"maps"

	"besedka/core/expr"
	"besedka/core/source"
)

// lookBack notes which answers the survey looks at further down, in conditions
// and texts.
func (f *Flow) lookBack() {
	if f.Survey == nil {
		return
	}
	looked := func(names []string) (last int) {
		for _, name := range names {
			if i := f.Survey.Place(name); i >= 0 {
				f.Survey.Questions[i].Keep = true
				last = max(last, i+1)
			}
		}
		return last
	}
	for _, s := range f.Steps {
		if s.When.known() {
			s.Question.NeedsTo = looked(s.When.Names())
		}
		s.texts(func(t *Text) { t.names(func(list []string) { looked(list) }) })
	}
}

// names calls do with the names that each condition and line reads.
func (t *Text) names(do func([]string)) {
	for _, c := range t.Cases {
		if c.When.known() {
			do(c.When.Names())
		}
		for _, lines := range c.Lines {
			for _, line := range lines {
				do(line.Needs)
			}
		}
	}
}

// checkSurveys wants ways to lead on and answers that a session can hold.
func (l *loader) checkSurveys() {
	for _, id := range sorted(l.p.Flows) {
		f := l.p.Flows[id]
		if f.Survey == nil {
			continue
		}
		for _, s := range f.Steps {
			l.checkForward(f, s)
		}
		l.checkKept(f)
	}
}

// checkForward refuses to go back to a question that has been answered.
func (l *loader) checkForward(f *Flow, s *Step) {
	for _, name := range sorted(s.Cases) {
		to := f.Step(s.Cases[name].Go)
		if s.Question != nil && to != nil && f.index[to.ID] <= f.index[s.ID] {
			l.report(s.Cases[name].Pos, "L160", source.Sentence("go ведёт назад, к вопросу «%s»", "go leads back, to question %q", to.ID),
				source.Sentence("ведите вперёд или в finish", "lead on, or to finish"))
		}
	}
}

// maxKept is how many bytes a talk has for the answers that a survey looks at.
const maxKept = 320

// checkKept bounds what a session remembers, whatever is answered.
func (l *loader) checkKept(f *Flow) {
	bytes := 0
	for _, q := range f.Survey.Questions {
		if q.Keep {
			bytes += len(q.ID) + q.longest()
		}
	}
	if bytes > maxKept {
		l.limit(f.Pos, source.Sentence("байтов в ответах, на которые опрос смотрит", "bytes in the answers that the survey looks at"), maxKept)
	}
}

// longest is what the longest answer takes in a session.
func (q *Question) longest() int {
	const around, number, comma = 16, 20, 5
	longest, all := number, 0
	for _, b := range q.Step.Buttons {
		longest, all = max(longest, len(b.ID)), all+len(b.ID)+comma
	}
	if q.Type == MultiQuestion {
		return all + around
	}
	return longest + around
}

// choicesIn adds the options of a survey to the values that things can have.
func (l *loader) choicesIn(f *Flow, choices map[string][]expr.Value) map[string][]expr.Value {
	if f.Survey == nil {
		return choices
	}
	choices = maps.Clone(choices)
	for _, q := range f.Survey.Questions {
		if q.Type != SingleQuestion {
			continue
		}
		for _, option := range q.Step.options() {
			choices[q.ID] = append(choices[q.ID], expr.TextOf(option))
		}
	}
	return choices
}
