package dialogs

import (
	"slices"
	"strconv"
	"strings"

	"besedka/core/expr"
	"besedka/flows"
)

// waiting is the step that waits, nil when nothing is asked. A session whose
// step is no longer in the script waits for nothing.
func (t *turn) waiting() *step {
	if t.s.Step == "" {
		return nil
	}
	return t.e.step(t.s.Flow, t.s.Step)
}

// step returns a step of a flow, nil when the programme has it no more.
func (e *Engine) step(flow, id string) *step {
	if e == nil || e.scripts[flow] == nil {
		return nil
	}
	return e.scripts[flow].steps[id]
}

// abandon leaves everything that was asked and begins a flow.
func (t *turn) abandon(flow string, vars map[string]expr.Value) error {
	t.s.Stack = nil
	return t.start(flow, vars)
}

// interrupt runs a flow and keeps the pending question for later. With
// MaxStack questions kept already, or when the flow interrupts itself, the
// pending one is let go: it was an interruption too.
func (t *turn) interrupt(flow string, then flows.Afterwards, vars map[string]expr.Value) error {
	if t.waiting() != nil && t.s.Flow != flow && len(t.s.Stack) < MaxStack {
		t.push(t.afterwards(then))
	}
	return t.start(flow, vars)
}

// afterwards is where to go on when an interruption is over: at the pending
// question, or where its flow begins.
func (t *turn) afterwards(then flows.Afterwards) Frame {
	f := t.here()
	switch then {
	case flows.Restart:
		f = Frame{Flow: t.s.Flow, Step: t.e.scripts[t.s.Flow].Steps[0].ID, Trail: []Visit{{}}}
	case flows.Ignore:
		f.Quiet = true
	}
	return f
}

func (t *turn) push(f Frame) {
	f.Trail = lately(f.Trail, keptTrail)
	t.s.Stack = append(slices.Clip(t.s.Stack), f)
}

func (t *turn) start(flow string, vars map[string]expr.Value) error {
	t.enter(flow)
	t.setVars(vars)
	return t.walk(t.e.scripts[flow].Steps[0].ID)
}

// enter makes flow the running one, with nothing asked and no variables.
func (t *turn) enter(flow string) {
	t.s.Flow, t.s.Vars, t.s.Trail, t.ownVars = flow, nil, nil, false
	t.rest()
}

// rest forgets the pending question.
func (t *turn) rest() {
	t.s.Step, t.s.Tries, t.s.Asked, t.s.Due, t.s.Picked, t.s.Since, t.s.Reminded = "", 0, 0, 0, 0, 0, 0
}

// walk runs steps from id on until one waits, calls the core, or the
// conversation has nothing more to say. "" is the end of the running flow.
func (t *turn) walk(id string) (err error) {
	for stop := false; !stop && err == nil; {
		if id == "" {
			id, stop, err = t.back()
			continue
		}
		if t.steps++; t.steps > MaxSteps {
			return &LimitError{"steps", MaxSteps}
		}
		id, stop, err = t.run(t.e.scripts[t.s.Flow].steps[id])
	}
	return err
}

// run begins one step.
func (t *turn) run(s *step) (next string, stop bool, err error) {
	skip, err := t.passed(s)
	if err != nil {
		return "", true, err
	}
	t.reach(s)
	if skip {
		t.noteStep(Skipped, s, "")
		return t.past(s)
	}
	t.noteStep(Entered, s, "")
	t.s.Step = s.ID
	switch {
	case s.Asks():
		t.s.Asked, t.s.Tries = t.env.Turn, 0
		t.visit(s)
		t.patient(s)
		t.caughtUp()
		return "", true, t.begins(s)
	case s.Say != nil:
		if err := t.begins(s); err != nil {
			return "", true, err
		}
	}
	if s.Wait != nil {
		t.s.Asked = t.env.Turn
		if s.Wait.For > 0 {
			t.s.Due = t.env.Now.Add(s.Wait.For).Unix()
		}
		return "", true, nil
	}
	return t.act(s)
}

// act does what follows an answer, or the words of a step that asks nothing.
func (t *turn) act(s *step) (next string, stop bool, err error) {
	if err := t.set(s); err != nil {
		return "", true, err
	}
	switch {
	case s.Served():
		return "", true, t.request(s)
	case s.Call != "":
		return "", true, t.ring(s)
	}
	if s.Handoff != "" {
		return "", true, t.handOff(s)
	}
	return t.way(s, t.outcome(s))
}

// outcome names how a step without a call ended.
func (t *turn) outcome(s *step) string {
	switch {
	case s.Split != nil:
		return t.share(s)
	case !s.Asks():
		return ""
	case s.Expect.Type == flows.ChoiceType:
		return t.answer.Text()
	}
	return flows.Answered
}

// share is the way of a split that this member always takes.
func (t *turn) share(s *step) string {
	at := int64(mix(uint64(t.env.Who)^uint64(hash(t.s.Flow, s.ID))<<32) % 100)
	for _, share := range s.Split {
		if at -= share.Percent; at < 0 {
			return share.Name
		}
	}
	return ""
}

// follow leaves a waiting step by an outcome.
func (t *turn) follow(s *step, outcome string) error {
	t.rest()
	next, stop, err := t.way(s, outcome)
	return t.onward(next, stop, err)
}

func (t *turn) onward(next string, stop bool, err error) error {
	if stop || err != nil {
		return err
	}
	return t.walk(next)
}

// move leaves a waiting step for another one of its flow.
func (t *turn) move(s *step, next string) error {
	t.rest()
	return t.onward(t.to(s, next))
}

// way goes on from s by an outcome: says what the branch says and finds the
// next step.
func (t *turn) way(s *step, outcome string) (next string, stop bool, err error) {
	t.noteStep(Left, s, outcome)
	b := s.Way(outcome)
	if b == nil && s.Routes != nil {
		if b, err = t.route(s); err != nil {
			return "", true, err
		}
	}
	return t.branch(s, b)
}

func (t *turn) branch(s *step, b *flows.Branch) (next string, stop bool, err error) {
	sc := t.e.scripts[t.s.Flow]
	if b != nil && b.Say != nil {
		if err := t.say(b.Say, nil); err != nil {
			return "", true, err
		}
	}
	if b == nil || b.Run == "" {
		return t.to(s, sc.Target(s.Step, b))
	}
	if after := sc.Target(s.Step, b); after != "" { // at the end there is nothing to come back to
		if len(t.s.Stack) >= MaxStack && !t.forget() {
			return "", true, &LimitError{"frames", MaxStack}
		}
		t.push(Frame{Flow: t.s.Flow, Step: after, Vars: t.s.Vars, Trail: t.s.Trail})
	}
	t.enter(b.Run)
	return t.e.scripts[b.Run].Steps[0].ID, false, nil
}

// forget lets the oldest interrupted question go, else the oldest flow to return
// to: nothing that people ask for may fail because of what they left before. Flows
// that run one another too deeply in one turn are another matter.
func (t *turn) forget() bool {
	i := slices.IndexFunc(t.s.Stack, func(f Frame) bool { return f.Asked != 0 })
	if i < 0 && t.old == 0 {
		return false
	}
	i = max(i, 0)
	t.s.Stack = slices.Delete(slices.Clone(t.s.Stack), i, i+1)
	if i < t.old {
		t.old--
	}
	return true
}

// to moves along an edge of the script.
func (t *turn) to(s *step, next string) (string, bool, error) {
	if next == "" {
		return "", false, nil
	}
	next, err := t.e.scripts[t.s.Flow].moves.Move(s.ID, next)
	return next, false, err
}

// back ends the running flow and returns to the one it interrupted, if any.
// A frame whose step has gone from the script is passed over.
func (t *turn) back() (next string, stop bool, err error) {
	t.enter(t.s.Flow)
	for len(t.s.Stack) > 0 {
		f := t.s.Stack[len(t.s.Stack)-1]
		t.s.Stack = slices.Clip(t.s.Stack[:len(t.s.Stack)-1])
		t.old = min(t.old, len(t.s.Stack))
		s := t.e.step(f.Flow, f.Step)
		if s == nil {
			continue
		}
		t.s.Flow, t.s.Vars, t.s.Trail = f.Flow, f.Vars, f.Trail
		if f.Asked == 0 {
			return f.Step, false, nil
		}
		return t.again(s, f)
	}
	return "", true, nil
}

// again takes a waiting step up where it was interrupted: the question is
// asked anew, under the same name, so that its older buttons still answer it.
func (t *turn) again(s *step, f Frame) (next string, stop bool, err error) {
	skip, err := t.passed(s)
	if err != nil {
		return "", true, err
	}
	if skip {
		return t.past(s)
	}
	t.s.Step, t.s.Asked, t.s.Tries, t.s.Due, t.s.Picked = f.Step, f.Asked, f.Tries, f.Due, f.Picked
	t.s.Reminded = f.Reminded
	if t.s.Since = f.Since; f.Since != 0 && !f.Quiet { // it is asked anew
		t.s.Since = t.env.Now.Unix()
	}
	if f.Came != nil {
		t.setVars(known(f.Came.Args, t.e.scripts[t.s.Flow].Flow))
		t.rest()
		if s.Served() {
			return t.way(s, s.outcomeOf(f.Came))
		}
		return t.way(s, flows.Happened)
	}
	if !s.Asks() || f.Quiet {
		return "", true, nil
	}
	return "", true, t.ask(s, nil)
}

// ring asks the core; the turn goes on in called.
func (t *turn) ring(s *step) error {
	args, err := t.args(s)
	if err != nil {
		return err
	}
	t.calls++
	if s.Writes {
		t.fence()
	}
	t.rest()
	t.s.Step, t.call = s.ID, &Call{Name: s.Call, Args: args, Key: strconv.FormatInt(t.env.Turn, 10) + "/" + strconv.Itoa(t.calls)}
	if strings.HasPrefix(s.Call, flows.PrizesPrefix) {
		t.call.Segments = t.segments()
	}
	if survey := t.e.scripts[t.s.Flow].Survey; survey != nil {
		t.call.Survey, t.call.Segments, t.call.Behalf = survey, t.segments(), t.behalf()
	}
	return nil
}

// called goes on after the core's answer.
func (t *turn) called(r CallResult) error {
	s := t.waiting()
	if s == nil || s.Call == "" || s.Way(r.Outcome) == nil && s.Cases != nil {
		return ErrOutcome
	}
	t.setVars(r.Values)
	return t.follow(s, r.Outcome)
}
