package dialogs

import (
	"maps"
	"strings"

	"besedka/core/expr"
	"besedka/flows"
	"besedka/locales"
)

// look finds what a name of the script means now: what this turn has just
// learnt, the flow's variables, the facts.
func (t *turn) look(name string) (expr.Value, bool) {
	if v, ok := t.s.Vars[name]; ok {
		return v, true
	}
	switch name {
	case flows.AnswerName:
		return t.answer, true
	case flows.OwnName:
		return expr.BoolOf(t.own), true
	case flows.ReasonName:
		return expr.TextOf(t.reason), true
	case flows.MissesName:
		return expr.CountOf(int64(t.s.Misses)), true
	case flows.UnreadName:
		return expr.CountOf(int64(t.s.Unread)), true
	case flows.InterruptingName:
		return expr.BoolOf(t.interrupting()), true
	}
	if segment, ok := strings.CutPrefix(name, flows.SegmentPrefix); ok {
		holds, err := t.e.p.Segments[segment].Holds(t.fact)
		return expr.BoolOf(holds), err == nil
	}
	return t.fact(name)
}

// fact is what is known about the member, this turn's answers included.
func (t *turn) fact(name string) (expr.Value, bool) {
	for i := len(t.out) - 1; i >= 0; i-- {
		switch e := t.out[i].(type) {
		case Save:
			if rest, ok := strings.CutPrefix(name, flows.ProfilePrefix); ok && rest == e.Field {
				return e.Value, e.Value.Known()
			}
		case Agree:
			if rest, ok := strings.CutPrefix(name, flows.ConsentPrefix); ok && rest == e.Kind {
				return expr.BoolOf(e.Granted), true
			}
		}
	}
	if t.env.Facts == nil {
		return expr.Value{}, false
	}
	return t.env.Facts(name)
}

// interrupting says whether a question waits to be asked again.
func (t *turn) interrupting() bool {
	for _, f := range t.s.Stack {
		if f.Asked != 0 && !f.Quiet {
			return true
		}
	}
	return false
}

func (t *turn) holds(x *flows.Expr) (bool, error) {
	if x == nil {
		return false, nil
	}
	return x.Holds(t.look)
}

// arg is a name as texts print it.
func (t *turn) arg(name string) (locales.Arg, bool) {
	v, ok := t.look(name)
	return flows.Arg(v), ok && v.Known()
}

// set gives the step's variables their values.
func (t *turn) set(s *step) error {
	for _, a := range s.Set {
		v, err := a.Value.Eval(t.look)
		if err != nil {
			return err
		}
		t.setVar(a.Name, v)
	}
	return nil
}

func (t *turn) setVars(vars map[string]expr.Value) {
	for name, v := range vars {
		t.setVar(name, v)
	}
}

// setVar leaves alone the map that the session came with.
func (t *turn) setVar(name string, v expr.Value) {
	switch {
	case t.s.Vars == nil:
		t.s.Vars = map[string]expr.Value{}
	case !t.ownVars:
		t.s.Vars = maps.Clone(t.s.Vars)
	}
	t.ownVars = true
	t.journal(name)
	t.s.Vars[name] = v
}
