package dialogs

import (
	"maps"
	"slices"

	"besedka/core/expr"
	"besedka/flows"
)

// Move carries a session from the release it was asked in to another one. It is
// false for who has to stay: an answer that is on its way would be taken for
// something else there, or the step is gone. A step that was moved on purpose to
// another question is asked anew, see moved.
func Move(s Session, from, to *Engine) (Session, bool) {
	return carry(s, from, to, false)
}

// LetGo is Move for who has stayed long enough: of steps that are gone nothing is
// asked any more.
func LetGo(s Session, from, to *Engine) (Session, bool) {
	return carry(s, from, to, true)
}

func carry(s Session, from, to *Engine, drop bool) (Session, bool) {
	stack := make([]Frame, 0, len(s.Stack)+1)
	for _, f := range s.Stack {
		switch g, fate := f.carry(from, to); {
		case fate == stays || fate == gone && !drop:
			return s, false
		case fate != gone:
			stack = append(stack, g)
		}
	}
	f, fate := s.frame().carry(from, to)
	if fate == stays || fate == gone && !drop {
		return s, false
	}
	s.seat(f)
	if s.Stack = stack; fate == anew {
		s.Stack = append(stack, f)
	}
	if fate != same {
		s.seat(Frame{Flow: f.Flow})
	}
	return s, true
}

// seat makes f the running flow.
func (s *Session) seat(f Frame) {
	s.Flow, s.Step, s.Vars, s.Tries, s.Asked = f.Flow, f.Step, f.Vars, f.Tries, f.Asked
	s.Due, s.Picked, s.Since, s.Reminded = f.Due, f.Picked, f.Since, f.Reminded
}

// fate is what becomes of a frame in another release.
type fate int

const (
	same  fate = iota // it waits there as it waited here
	anew              // it begins at another step
	stays             // it is asked something else there
	gone              // its step is no more
)

func (f Frame) carry(from, to *Engine) (Frame, fate) {
	flow, step, ok := to.p.Lands(f.Flow, f.Step)
	was, now := from.step(f.Flow, f.Step), to.step(flow, step)
	if !ok || was == nil {
		return f, gone
	}
	renamed := flow != f.Flow || step != f.Step
	f.Flow, f.Step, f.Vars = flow, step, known(f.Vars, to.p.Flows[flow])
	switch {
	case f.Asked == 0 && was.Handoff == "" || was.AnswersLike(from.p, now.Step, to.p):
		return f, same
	case renamed:
		return Frame{Flow: flow, Step: step, Vars: f.Vars}, anew
	}
	return f, stays
}

// known leaves out the variables that the flow now holds as another kind.
func known(vars map[string]expr.Value, f *flows.Flow) map[string]expr.Value {
	kinds := f.Vars()
	odd := func(name string, v expr.Value) bool { kind, ok := kinds[name]; return ok && kind != v.Kind() }
	for name, v := range vars {
		if odd(name, v) {
			vars = maps.Clone(vars)
			maps.DeleteFunc(vars, odd)
			break
		}
	}
	return vars
}

// moved says whether the conversation was carried to a step that it has not begun:
// what comes next begins it.
func (t *turn) moved() bool {
	return t.s.Step == "" && len(t.s.Stack) > 0
}

// Standing are the steps at which the session stands, the running one first: who
// waits there is asked for when a release without them is published.
func (s Session) Standing() []Place {
	if s.Step == "" && len(s.Stack) == 0 {
		return nil
	}
	all := make([]Place, 0, len(s.Stack)+1)
	if s.Step != "" {
		all = append(all, Place{s.Flow, s.Step})
	}
	for _, f := range slices.Backward(s.Stack) {
		all = append(all, Place{f.Flow, f.Step})
	}
	return all
}

// Place is a step of a flow.
type Place struct{ Flow, Step string }

func (p Place) String() string { return p.Flow + "/" + p.Step }
