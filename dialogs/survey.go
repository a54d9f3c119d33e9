package dialogs

import (
	"fmt"
	"maps"

	"besedka/core/expr"
	"besedka/flows"
)

// passed says whether the step is left aside: its skip holds, or it is a question
// of a survey for others, or one that was answered before.
func (t *turn) passed(s *step) (bool, error) {
	if skip, err := t.holds(s.Skip); skip || err != nil || s.Question == nil {
		return skip, err
	}
	survey := t.e.scripts[t.s.Flow].Survey
	if from := t.s.Vars[flows.FromName].Text(); survey.Place(s.ID) < survey.Place(from) {
		return true, nil
	}
	if s.When == nil {
		return false, nil
	}
	asked, err := t.holds(s.When)
	return !asked, err
}

// caughtUp forgets where a survey goes on, once it has asked a question.
func (t *turn) caughtUp() { t.unset(flows.FromName) }

// unset makes a variable unknown.
func (t *turn) unset(name string) {
	if _, ok := t.s.Vars[name]; !ok {
		return
	}
	t.s.Vars, t.ownVars = maps.Clone(t.s.Vars), true
	delete(t.s.Vars, name)
}

// respond keeps an answer to a question of a survey; an unknown one passes it
// over. What the survey looks at again stays in the session too.
func (t *turn) respond(s *step, answer expr.Value) {
	kept := t.response(s)
	kept.Value = answer
	t.out = append(t.out, kept)
	switch {
	case !answer.Known():
		t.unset(s.Question.ID)
	case s.Question.Keep:
		t.setVar(s.Question.ID, answer)
	}
}

// unrespond makes a question of a survey one that was never answered.
func (t *turn) unrespond(s *step) {
	undone := t.response(s)
	undone.Undone = true
	t.out = append(t.out, undone)
	t.unset(s.Question.ID)
}

// response says which question of which response s is.
func (t *turn) response(s *step) Respond {
	return Respond{
		Survey: t.e.scripts[t.s.Flow].Survey.ID, Question: s.Question.ID,
		Written: s.Question.Type == flows.TextQuestion, Figure: s.Question.Type.Figure(), Behalf: t.behalf(),
	}
}

// behalf is the member whose survey is answered behind a link, 0 for who answers.
func (t *turn) behalf() int64 {
	member, _ := t.s.Vars[flows.BehalfName].Int()
	return member
}

// headed puts the number of the question over a survey's question, and the row
// of a matrix under it.
func (t *turn) headed(x *flows.Text, text string) string {
	s := t.waiting()
	if s == nil || s.Question == nil || x != s.Ask {
		return text
	}
	survey := t.e.scripts[t.s.Flow].Survey
	if n, of := t.progress(survey, survey.Place(s.ID)); of > 1 {
		text = fmt.Sprintf(t.word(survey.Counter), n, of) + "\n\n" + text
	}
	if s.Question.Row != nil {
		text += "\n\n" + t.word(s.Question.Row)
	}
	return text
}

// word is a text without variants in the language of the turn.
func (t *turn) word(w flows.Words) string {
	if text := w[t.lang]; text != "" {
		return text
	}
	return w[t.e.p.Base()]
}
