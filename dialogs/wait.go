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

// here is the running flow as a frame.
func (t *turn) here() Frame {
	return Frame{
		Flow: t.s.Flow, Step: t.s.Step, Vars: t.s.Vars, Tries: t.s.Tries, Asked: t.s.Asked, Due: t.s.Due, Picked: t.s.Picked,
		Since: t.s.Since, Reminded: t.s.Reminded,
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
	i := slices.IndexFunc(t.s.Stack, func(g Frame) bool { return g.timer() == f.timer() })
	if i < 0 {
		return // it is running
	}
	t.s.Stack = slices.Delete(slices.Clone(t.s.Stack), i, i+1)
	if t.waiting() != nil {
		t.push(t.here())
	}
	t.enter(f.Flow)
	t.s.Step, t.s.Vars = f.Step, f.Vars
}

// remind promises to wake the step, or the question, whose time is up first. Every turn promises
// anew, because timers belong to one turn.
func (t *turn) remind() {
	var first Frame
	for _, f := range t.waits() {
		if f.Due != 0 && (first.Due == 0 || f.Due < first.Due) {
			first = f
		}
	}
	promise := Remind{Timer: first.timer(), At: time.Unix(first.Due, 0).UTC()}
	if _, _, at := t.overdue(); !at.IsZero() && (first.Due == 0 || at.Before(promise.At)) {
		promise = Remind{Timer: t.question(), At: at.UTC()}
	} else if first.Due == 0 {
		return
	}
	t.out = append(t.out, promise)
}

// timer names this visit of the step.
func (f Frame) timer() string { return f.Flow + "/" + f.Step + "." + strconv.FormatInt(f.Asked, 36) }
