package dialogs

import (
	"maps"
	"slices"
	"strings"

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
// asked any more. From nil, a release that cannot be read, nobody stays: what they
// were asked is asked anew.
func LetGo(s Session, from, to *Engine) (Session, bool) {
	return carry(s, from, to, true)
}

func carry(s Session, from, to *Engine, drop bool) (Session, bool) {
	stack := make([]Frame, 0, len(s.Stack)+1)
	stuck := func(f flows.Fate) bool { return f == flows.Keeps || f == flows.Gone && !drop }
	for _, f := range s.Stack {
		f, fate := f.carry(from, to)
		if stuck(fate) {
			return s, false
		}
		if fate != flows.Gone {
			stack = append(stack, f)
		}
	}
	f, fate := s.frame().carry(from, to)
	if s.Step != "" && stuck(fate) {
		return s, false
	}
	if fate == flows.Anew {
		stack = append(stack, f)
	}
	if s.Stack = stack; fate != flows.GoesOn {
		f = Frame{Flow: f.Flow}
	}
	s.seat(f)
	return s, true
}

// seat makes f the running flow.
func (s *Session) seat(f Frame) {
	s.Flow, s.Step, s.Vars, s.Tries, s.Asked = f.Flow, f.Step, f.Vars, f.Tries, f.Asked
	s.Due, s.Picked, s.Since, s.Reminded, s.Trail = f.Due, f.Picked, f.Since, f.Reminded, f.Trail
}

func (f Frame) carry(from, to *Engine) (Frame, flows.Fate) {
	handed := from.step(f.Flow, f.Step)
	begun := f.Asked != 0 || handed != nil && handed.Handoff != ""
	flow, step, fate := to.p.Fate(from.Programme(), f.Flow, f.Step, begun)
	if fate != flows.GoesOn && fate != flows.Anew {
		return f, fate
	}
	f.Flow, f.Step, f.Vars, f.Trail = flow, step, known(f.Vars, to.p.Flows[flow]), knownOf(f.Trail, to.p.Flows[flow])
	if fate == flows.Anew {
		f = Frame{Flow: flow, Step: step, Vars: f.Vars, Trail: f.Trail}
	}
	return f, fate
}

// knownOf is known for what a way back remembers. Questions that are gone are passed
// by on it.
func knownOf(trail []Visit, f *flows.Flow) []Visit {
	moved := make([]Visit, len(trail))
	for i, v := range trail {
		moved[i] = Visit{v.Step, known(v.Old, f)}
	}
	return moved
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
	return t.s.Step == "" && slices.ContainsFunc(t.s.Stack, func(f Frame) bool { return t.e.step(f.Flow, f.Step) != nil })
}

// Place is a step at which a session stands. One that is not begun is come to after
// the flow that runs.
type Place struct {
	Flow, Step string
	Begun      bool
}

// Standing are the steps at which the session stands, the running one first: who
// waits there is asked for when a release without them is published.
func (s Session) Standing() []Place {
	all := make([]Place, 0, len(s.Stack)+1)
	if s.Step != "" {
		all = append(all, Place{s.Flow, s.Step, true})
	}
	for _, f := range slices.Backward(s.Stack) {
		all = append(all, Place{f.Flow, f.Step, f.Asked != 0})
	}
	return all
}

// later marks the name of a place that is not begun.
const later = ">"

func (p Place) String() string {
	name := p.Flow + "/" + p.Step
	if !p.Begun {
		name = later + name
	}
	return name
}

// PlaceOf reads a place that was written by String.
func PlaceOf(name string) Place {
	name, waits := strings.CutPrefix(name, later)
	flow, step, _ := strings.Cut(name, "/")
	return Place{flow, step, !waits}
}
