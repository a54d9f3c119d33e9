package dialogs

import (
	"strconv"

	"besedka/core/expr"
	"besedka/flows"
)

// maxFutures bounds how many answers to come are tried to count the questions.
const maxFutures = 64

// progress is the number of the question at a place and of how many it is: those
// before it that were for this member, and as many behind it as there can be,
// whatever is answered. Nothing is counted when the survey does not want it.
func (t *turn) progress(survey *flows.Survey, place int) (n, of int) {
	if survey.Counter == nil {
		return 0, 0
	}
	n = 1
	for _, q := range survey.Questions[:place] {
		if t.asks(q, t.look) {
			n++
		}
	}
	return n, n + t.ahead(survey.Questions, place)
}

// asks says whether a question is for the member, as look knows them.
func (t *turn) asks(q *flows.Question, look expr.Lookup) bool {
	if q.Step.When == nil {
		return true
	}
	holds, err := q.Step.When.Holds(look)
	return holds && err == nil
}

// ahead counts the questions behind a place at most, over what may be answered
// from there on to those that others hang on.
func (t *turn) ahead(list []*flows.Question, place int) (most int) {
	asked, futures := futures(list, place)
	for i := range futures {
		look := t.future(asked, i)
		count := 0
		for _, q := range list[place+1:] {
			if q.NeedsTo > place && len(asked) == 0 || t.asks(q, look) {
				count++
			}
		}
		most = max(most, count)
	}
	return most
}

// open is a question to come and what may be answered to it.
type open struct {
	name    string
	answers []expr.Value
}

// futures are the questions from a place on that others hang on, and how many ways
// there are to answer them all: one, with no questions, when it is too many to try.
func futures(list []*flows.Question, place int) (asked []open, ways int) {
	ways = 1
	for _, q := range list[place:] {
		if !q.Keep {
			continue
		}
		one := open{q.ID, answersOf(q)}
		if ways *= len(one.answers); ways == 0 || ways > maxFutures {
			return nil, 1
		}
		asked = append(asked, one)
	}
	return asked, ways
}

// answersOf are the answers that a question can have, when they can be told.
func answersOf(q *flows.Question) (list []expr.Value) {
	switch q.Step.Expect.Type {
	case flows.ChoiceType:
		for _, b := range q.Step.Buttons {
			if b.ID != flows.PassOption {
				list = append(list, expr.TextOf(b.ID))
			}
		}
	case flows.ScaleType:
		for _, b := range q.Step.Buttons {
			if mark, err := strconv.ParseInt(b.ID, 10, 64); err == nil {
				list = append(list, expr.CountOf(mark))
			}
		}
	}
	return list
}

// future looks names up as they will be when the i-th way of answering came true.
func (t *turn) future(asked []open, i int) expr.Lookup {
	return func(name string) (expr.Value, bool) {
		at := i
		for _, q := range asked {
			if q.name == name {
				return q.answers[at%len(q.answers)], true
			}
			at /= len(q.answers)
		}
		return t.look(name)
	}
}
