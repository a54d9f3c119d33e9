package dialogs

import (
	"time"

	"besedka/flows"
)

// patient notes when the question of s was asked, if anything comes of waiting
// for its answer.
func (t *turn) patient(s *step) {
	sc := t.e.scripts[t.s.Flow]
	if len(sc.RemindersOf(s.Step)) > 0 || sc.ExpireOf(s.Step) != nil {
		t.s.Since = t.env.Now.Unix()
	}
}

// stirred lets patience begin anew: who writes has not forgotten us.
func (t *turn) stirred() {
	if t.in.Chat != nil && t.s.Since != 0 {
		t.s.Since = t.env.Now.Unix()
	}
}

// overdue is what happens next when the pending question is not answered, and
// when, never in the quiet hours; neither when nothing does.
func (t *turn) overdue() (r *flows.Reminder, x *flows.Expire, at time.Time) {
	s := t.waiting()
	if s == nil || !s.Asks() || t.s.Since == 0 {
		return nil, nil, time.Time{}
	}
	sc := t.e.scripts[t.s.Flow]
	since := time.Unix(t.s.Since, 0).UTC()
	if list := sc.RemindersOf(s.Step); t.s.Reminded < len(list) {
		r = &list[t.s.Reminded]
		return r, nil, t.e.p.Loud(since.Add(r.After))
	}
	if x = sc.ExpireOf(s.Step); x != nil {
		return nil, x, t.e.p.Loud(since.Add(x.After))
	}
	return nil, nil, time.Time{}
}

// impatient reminds of the pending question or leaves it. What was put off over
// the quiet hours puts off what comes after it too. Who wants no reminders gets none: the
// question waits on.
func (t *turn) impatient() error {
	s := t.waiting()
	r, x, at := t.overdue()
	switch {
	case at.IsZero() || t.env.Now.Before(at):
		t.note(Note{Kind: HeardNobody, What: "clock"})
		return nil
	case r != nil:
		t.s.Reminded++
		t.s.Since = t.env.Now.Add(-r.After).Unix()
		if t.env.Refused {
			t.note(Note{Kind: HeardNobody, What: "clock"})
			return nil
		}
		return t.say(r.Say, s.Buttons)
	}
	t.noteStep(Left, s, flows.Expired)
	t.rest()
	next, stop, err := t.branch(s, x.Branch)
	return t.onward(next, stop, err)
}
