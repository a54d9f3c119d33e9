package dialogs

import (
	"slices"
	"strconv"
	"time"

	"besedka/flows"
)

// waits are the frames that wait for an event or a time, the running flow the
// last: a question asked meanwhile must not make the others miss theirs.
func (t *turn) waits() []Frame {
	return slices.DeleteFunc(append(slices.Clip(t.s.Stack), t.here()), func(f Frame) bool {
		s := t.e.step(f.Flow, f.Step)
		return f.Asked == 0 || s == nil || s.Wait == nil
	})
}

func (t *turn) here() Frame { return t.s.frame() }

// frame is the running flow as a frame.
func (s *Session) frame() Frame {
	return Frame{
		Flow: s.Flow, Step: s.Step, Vars: s.Vars, Tries: s.Tries, Asked: s.Asked, Due: s.Due, Picked: s.Picked,
		Since: s.Since, Reminded: s.Reminded, Trail: s.Trail,
	}
}

// resume makes the newest waiting flow that fits the running one and returns
// its step, nil when none does.
func (t *turn) resume(fits func(*flows.Wait, Frame) bool) *step {
	for _, f := range slices.Backward(t.waits()) {
		if s := t.e.step(f.Flow, f.Step); fits(s.Wait, f) {
			t.takeUp(f)
			return s
		}
	}
	return nil
}

// takeUp changes the running flow for an interrupted one, which takes its
// place: what is asked now is asked again afterwards.
func (t *turn) takeUp(f Frame) {
	i := slices.IndexFunc(t.s.Stack, func(g Frame) bool { return g.tag() == f.tag() })
	if i < 0 {
		return // it is running
	}
	t.s.Stack = slices.Delete(slices.Clone(t.s.Stack), i, i+1)
	if t.waiting() != nil {
		t.push(t.here())
	}
	t.enter(f.Flow)
	t.s.Step, t.s.Vars, t.s.Trail = f.Step, f.Vars, f.Trail
}

// remind asks to be woken when the first thing falls due. A look at the clock
// that comes before it will do, and asks again: most questions are answered long
// before anything is due, and no turn has to ask anew for the same time.
func (t *turn) remind() {
	if t.s.Held != 0 {
		return
	}
	_, _, first := t.overdue()
	for _, f := range t.waits() {
		if at := time.Unix(f.Due, 0).UTC(); f.Due != 0 && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	if first.IsZero() || t.s.Armed > t.env.Now.Unix() && t.s.Armed <= first.Unix() {
		return
	}
	t.s.Armed = first.Unix()
	t.out = append(t.out, Remind{At: first.UTC()})
}

// tag names this visit of the step.
func (f Frame) tag() string { return f.Flow + "/" + f.Step + "." + strconv.FormatInt(f.Asked, 36) }
