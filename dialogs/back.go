package dialogs

import (
	"maps"
	"slices"

	"besedka/core/expr"
	"besedka/flows"
)

// Visit is a question that the running flow has asked: a step of the way back. It
// keeps what the variables were before they changed after it. The zero Visit is a
// wall: what was agreed or done before it cannot be taken back.
type Visit struct {
	Step uint32                `json:"s,omitempty"` // hash of its name
	Old  map[string]expr.Value `json:"o,omitempty"`
}

func (v Visit) wall() bool { return v.Step == 0 }

// The way back is bounded.
const (
	MaxTrail  = 8 // questions of the running flow, the pending one among them, and a wall before them
	keptTrail = 3 // of an interrupted one
)

// visit notes that the question of s is asked.
func (t *turn) visit(s *step) {
	if t.e.backs {
		t.s.Trail = lately(append(slices.Clip(t.s.Trail), Visit{Step: s.key}), MaxTrail)
	}
}

// lately are so many visits at most, behind a wall when there were more.
func lately(trail []Visit, most int) []Visit {
	if len(trail) <= most {
		return trail
	}
	return append([]Visit{{}}, trail[len(trail)-most:]...)
}

// journal keeps the value that a variable has, for who goes back behind its
// change.
func (t *turn) journal(name string) {
	last := len(t.s.Trail) - 1
	if last < 0 || t.s.Trail[last].wall() {
		return
	}
	v := t.s.Trail[last]
	if _, kept := v.Old[name]; kept {
		return
	}
	v.Old = maps.Clone(v.Old)
	if v.Old == nil {
		v.Old = map[string]expr.Value{}
	}
	v.Old[name] = t.s.Vars[name]
	t.s.Trail = slices.Clone(t.s.Trail)
	t.s.Trail[last] = v
}

// undone are vars as they were at a visit.
func (v Visit) undone(vars map[string]expr.Value) map[string]expr.Value {
	if len(v.Old) == 0 {
		return vars
	}
	before := maps.Clone(vars)
	for name, old := range v.Old {
		if before[name] = old; !old.Known() {
			delete(before, name)
		}
	}
	return before
}

// fence puts a wall behind the running flow and those that ran it: nobody comes
// back to a question before what was done now. An interrupted question is none of
// them.
func (t *turn) fence() {
	if !t.e.backs {
		return
	}
	t.s.Trail = []Visit{{}}
	t.s.Stack = slices.Clone(t.s.Stack)
	for i := len(t.s.Stack) - 1; i >= 0 && t.s.Stack[i].Asked == 0; i-- {
		t.s.Stack[i].Trail = []Visit{{}}
	}
}

// goBack asks the question before the pending one again. Its answer is not known
// any more, nor is what depends on it; variables are what they were.
func (t *turn) goBack() error {
	here, said := t.s, len(t.out)
	if s := t.waiting(); s.Asks() {
		t.pop(s)
	}
	found, err := t.before()
	if found || err != nil {
		return err
	}
	t.s, t.out = here, t.out[:said]
	return t.stay()
}

// pop takes the question that is left off the way back.
func (t *turn) pop(s *step) {
	if last := len(t.s.Trail) - 1; last >= 0 && t.s.Trail[last].Step == s.key {
		t.unwind(last)
	}
}

// unwind goes back behind the last visit.
func (t *turn) unwind(last int) {
	t.s.Vars, t.ownVars = t.s.Trail[last].undone(t.s.Vars), false
	t.s.Trail = slices.Clip(t.s.Trail[:last])
}

// before asks the last question of the way back that there still is and that is
// not passed by. At its beginning a flow goes back to the one that ran it, and an
// interruption to the question that it interrupted.
func (t *turn) before() (found bool, err error) {
	for len(t.s.Trail) > 0 {
		last := len(t.s.Trail) - 1
		if t.s.Trail[last].wall() {
			return false, nil
		}
		s := t.e.scripts[t.s.Flow].visited[t.s.Trail[last].Step]
		t.unwind(last)
		if s == nil {
			continue
		}
		t.retract(s)
		skip, err := t.holds(s.Skip)
		if err != nil {
			return false, err
		}
		if !skip {
			return true, t.askAgain(s)
		}
	}
	return t.leave()
}

// leave goes back out of a flow.
func (t *turn) leave() (found bool, err error) {
	if len(t.s.Stack) == 0 {
		return false, nil
	}
	f := t.s.Stack[len(t.s.Stack)-1]
	s := t.e.step(f.Flow, f.Step)
	switch {
	case s != nil && f.Asked == 0:
		t.enter(f.Flow)
		t.s.Vars, t.s.Trail, t.s.Stack = f.Vars, f.Trail, slices.Clip(t.s.Stack[:len(t.s.Stack)-1])
		return t.before()
	case s != nil && s.Asks():
		t.s.Stack = slices.Clone(t.s.Stack)
		t.s.Stack[len(t.s.Stack)-1].Quiet = false
		return true, t.walk("")
	}
	return false, nil
}

// retract makes the answer of s unknown, and what depends on it.
func (t *turn) retract(s *step) {
	if s.Question != nil {
		t.unrespond(s)
	}
	for _, field := range t.e.stand.Fields(t.e.scripts[t.s.Flow].Flow, s.Step) {
		if v, known := t.fact(flows.ProfilePrefix + field); known && v.Known() {
			t.noteStep(Cleared, s, field)
			t.out = append(t.out, Save{Field: field})
		}
	}
}

// askAgain asks a question anew.
func (t *turn) askAgain(s *step) error {
	t.rest()
	t.noteStep(Returned, s, "")
	t.s.Step, t.s.Asked = s.ID, t.env.Turn
	t.visit(s)
	t.patient(s)
	return t.ask(s, nil)
}

// stay tells that there is no way back, and asks what was asked.
func (t *turn) stay() error {
	s := t.waiting()
	t.noteStep(Stayed, s, "")
	if !s.Asks() {
		return t.say(t.e.p.NoWayBack, nil)
	}
	return t.ask(s, t.e.p.NoWayBack)
}

// shorten forgets the oldest of the way back until the variables that it keeps
// fit into so many bytes.
func (t *turn) shorten(room int) {
	if t.oldBytes() <= room {
		return
	}
	t.s.Stack = slices.Clone(t.s.Stack)
	for i := range t.s.Stack {
		if len(t.s.Stack[i].Trail) > 0 {
			t.s.Stack[i].Trail = []Visit{{}}
		}
	}
	for n := len(t.s.Trail) - 1; n >= 0 && t.oldBytes() > room; n-- {
		t.s.Trail = lately(t.s.Trail, n)
	}
}

func (t *turn) oldBytes() (size int) {
	for _, v := range t.s.Trail {
		size += varBytes(v.Old)
	}
	for _, f := range t.s.Stack {
		for _, v := range f.Trail {
			size += varBytes(v.Old)
		}
	}
	return size
}

// paveBack prepares the ways back, if the programme has any.
func (e *Engine) paveBack() {
	if e.backs = e.p.GoesBack(); !e.backs {
		return
	}
	e.stand = e.p.Dependence()
	for _, sc := range e.scripts {
		sc.visited = map[uint32]*step{}
		for _, s := range sc.steps {
			if s.Asks() {
				sc.visited[s.key] = s
			}
		}
	}
}
