package dialogs

import (
	"slices"

	"besedka/core/expr"
	"besedka/flows"
)

// Target is a question of the flow that people have interrupted. The bot asks it when the
// conversation is given back to it, unless something is Unset or a Consent is not given.
type Target struct {
	Flow, Step string
	Unset      []string // names without which it cannot be asked
	Consent    string   // asked for in the flow, and not given: nobody is led round it
}

// Legal says whether the bot would ask it.
func (g Target) Legal() bool { return len(g.Unset) == 0 && g.Consent == "" }

// Name is flow/step.
func (g Target) Name() string { return g.Flow + "/" + g.Step }

// Targets are the questions that a session that people have can be given back to, in the
// order of the script; look knows the facts. There are none when no question waits.
func (e *Engine) Targets(s Session, look func(name string) (expr.Value, bool)) (all []Target) {
	i := e.interrupted(s)
	if i < 0 {
		return nil
	}
	frame := s.Stack[i]
	f := e.scripts[frame.Flow].Flow
	for _, one := range f.Steps {
		if one.Asks() {
			all = append(all, target(f, one, frame, look))
		}
	}
	return all
}

// interrupted is the place in the stack of the question that waits on top, -1 for none.
func (e *Engine) interrupted(s Session) int {
	for i, f := range slices.Backward(s.Stack) {
		if waits := e.step(f.Flow, f.Step); f.Asked != 0 && waits != nil && waits.Asks() {
			return i
		}
	}
	return -1
}

func target(f *flows.Flow, s *flows.Step, frame Frame, look func(string) (expr.Value, bool)) Target {
	g := Target{Flow: f.ID, Step: s.ID}
	for _, name := range f.Needs(s) {
		v, known := frame.Vars[name]
		if _, own := f.Vars()[name]; !own {
			v, known = look(name)
		}
		if !known || !v.Known() {
			g.Unset = append(g.Unset, name)
		}
	}
	for _, one := range f.Steps {
		if one.Consent == "" || one == s {
			continue
		}
		if v, known := look(flows.ConsentPrefix + one.Consent); !known || !v.Bool() {
			g.Consent = one.Consent
		}
	}
	return g
}

// StepArg names in a GivenBack the question to ask, as flow/step, see Targets.
const StepArg = "step"

// asked is the question that whoever gives the conversation back has chosen, of the flow
// that is on top of the stack from then on. One that is not to be asked by now is let be:
// what waited is asked again.
func (t *turn) asked() *step {
	if t.in.Event == nil {
		return nil
	}
	chosen := t.in.Event.Args[StepArg].Text()
	for _, g := range t.e.Targets(t.s, t.fact) {
		if g.Name() != chosen || !g.Legal() {
			continue
		}
		i := t.e.interrupted(t.s)
		frame := t.s.Stack[i]
		t.s.Stack = slices.Clip(t.s.Stack[:i])
		t.enter(g.Flow)
		t.s.Vars, t.s.Trail = frame.Vars, frame.Trail
		return t.e.step(g.Flow, g.Step)
	}
	return nil
}
