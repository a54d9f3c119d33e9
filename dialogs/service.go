package dialogs

import (
	"slices"

	"besedka/core/expr"
	"besedka/core/service/contract"
)

// request asks a service and waits for what it answers: nobody holds the turn
// up for it. The turn and its step name this visit, as those of a question do.
func (t *turn) request(s *step) error {
	args, err := t.args(s)
	if err != nil {
		return err
	}
	if s.Writes {
		t.fence()
	}
	t.rest()
	t.s.Step, t.s.Asked = s.ID, t.env.Turn
	t.out = append(t.out, Request{Call: s.Call, Args: args})
	return nil
}

// served goes on with what a service has answered. An answer to a visit that the
// talk has left does nothing.
func (t *turn) served(e *Event) error {
	for _, f := range slices.Backward(append(slices.Clip(t.s.Stack), t.here())) {
		if s := t.e.step(f.Flow, f.Step); s != nil && s.serves(f, e) {
			t.takeUp(f)
			t.setVars(known(e.Args, t.e.scripts[t.s.Flow].Flow))
			return t.follow(s, s.outcomeOf(e))
		}
	}
	t.note(Note{Kind: HeardNobody, What: e.Name})
	return t.settle()
}

// serves says whether e answers this visit of the step.
func (s *step) serves(f Frame, e *Event) bool {
	return s.Served() && s.Call == e.Name && f.Asked != 0 && f.Asked == e.Visit
}

// outcomeOf is the way of an answer. A contract that has changed meanwhile may
// know outcomes that the step does not.
func (s *step) outcomeOf(e *Event) string {
	if s.Way(e.Outcome) == nil && s.Cases != nil {
		return contract.Failed
	}
	return e.Outcome
}

// args are the arguments of a call.
func (t *turn) args(s *step) (map[string]expr.Value, error) {
	if len(s.With) == 0 {
		return nil, nil
	}
	args := make(map[string]expr.Value, len(s.With))
	for _, a := range s.With {
		v, err := a.Value.Eval(t.look)
		if err != nil {
			return nil, err
		}
		args[a.Name] = v
	}
	return args, nil
}
