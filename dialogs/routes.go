package dialogs

import (
	"besedka/core/expr"
	"besedka/flows"
)

// route is the first of the step's ways whose condition holds, nil when none
// does.
func (t *turn) route(s *step) (*flows.Branch, error) {
	for i, r := range s.Routes {
		holds, err := t.holds(r.When)
		if err != nil {
			return nil, err
		}
		if holds || r.When == nil {
			t.noteStep(Routed, s, s.RouteName(i))
			return r.Branch, nil
		}
	}
	t.noteStep(Routed, s, "")
	return nil, nil
}

// past goes by a step whose condition to skip holds, to where an answer would
// lead. What a way says or runs is skipped too.
func (t *turn) past(s *step) (next string, stop bool, err error) {
	sc := t.e.scripts[t.s.Flow]
	if !s.Asks() || s.Routes == nil {
		return t.to(s, sc.Skipped(s.Step))
	}
	t.answer = expr.Value{} // an earlier question's
	b, err := t.route(s)
	if err != nil {
		return "", true, err
	}
	return t.to(s, sc.Target(s.Step, b))
}
