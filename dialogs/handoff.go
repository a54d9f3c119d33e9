package dialogs

import (
	"slices"
	"time"

	"besedka/core/chat"
	"besedka/dialogs/machine"
	"besedka/flows"
)

// GivenBack is the event that ends a handoff from outside, see
// conversation.GivenBack. Scripts may listen for it.
const GivenBack = "conversation.given_back"

// takeBack is what a shopper says to have the bot again.
var takeBack = map[string]bool{"хватит": true, "бот": true, "/bot": true, "bot": true, "enough": true}

// handOff leaves the conversation to people. What is interrupted stays on the
// stack, and what follows the step is put there too: it goes on when the bot is
// asked back.
func (t *turn) handOff(s *step) error {
	if err := t.passes(machine.Call); err != nil {
		return err
	}
	if err := t.closed(); err != nil {
		return err
	}
	after := t.e.scripts[t.s.Flow].Target(s.Step, s.Go)
	t.fence() // what people have settled is settled
	frame := Frame{Flow: t.s.Flow, Step: after, Vars: t.s.Vars, Trail: t.s.Trail}
	t.rest()
	if after != "" {
		t.room()
		t.push(frame)
	}
	t.s.Step, t.s.Held = s.ID, t.env.Now.Unix()
	t.out = append(t.out, HandOff{Queue: s.Handoff})
	return nil
}

// passes checks that the conversation may pass between the bot and people by a move.
// Whether one of them has it already, a session does not know.
func (t *turn) passes(by string) error {
	whose := machine.Bot
	if t.s.Held != 0 {
		whose = machine.Queued
	}
	_, err := t.e.life.Move(whose, by)
	return err
}

// closed tells who calls people outside their hours when they answer.
func (t *turn) closed() error {
	words := t.e.p.ClosedNow(t.env.Now, t.lang)
	if words == "" {
		return nil
	}
	return t.put(Say{Slot: t.s.Flow + "/support.closed", Message: chat.Message{Text: words}}, nil)
}

// Hold is a session that people take over as it stands, at since: nobody called them.
// What was asked is asked again when they give it back.
func (e *Engine) Hold(s Session, since time.Time) Session {
	t := e.begin(Outcome{Session: s}, Input{}, Env{})
	t.leaveTo(since)
	return t.s
}

// leaveTo leaves the conversation to people since then, the pending question kept.
func (t *turn) leaveTo(since time.Time) {
	if t.waiting() != nil {
		t.room()
		t.push(t.here())
	}
	t.rest()
	t.s.Held = since.Unix()
}

// held decides what an input means while people have the conversation: the bot
// says nothing of its own. Receipts, events and refusals of messages are worked on all
// the same, aside from where the conversation stands.
func (t *turn) held() error {
	in := t.in.Chat
	switch {
	case in != nil && in.Edits != "":
		t.note(Note{Kind: HeardPeople})
		return nil
	case t.in.Event != nil && t.in.Event.Name == GivenBack:
		if since, told := t.in.Event.Args["since"].Int(); told && since != t.s.Held {
			return nil // it was of a handoff before this one
		}
		return t.giveBack()
	case in != nil && !isReceipt(in) && takeBack[flows.Normal(in.Text)]:
		return t.giveBack()
	case t.in.Event != nil && t.came(t.in.Event):
		return nil
	case t.in.Timer:
		t.s.Armed = 0
		return nil
	case t.in.Event == nil && (in == nil || in.Blocked || !isReceipt(in) && t.refusal(in) == nil):
		t.note(Note{Kind: HeardPeople})
		return nil
	}
	kept := t.s
	t.kept = &kept
	t.rest()
	t.s.Held, t.s.Flow, t.s.Stack, t.s.Vars, t.s.Trail, t.ownVars = 0, "", nil, nil, nil, false
	return t.heed()
}

// came notes an event that an interrupted flow waits for: it goes on with it when
// it is taken up again.
func (t *turn) came(e *Event) bool {
	for i, f := range slices.Backward(t.s.Stack) {
		s := t.e.step(f.Flow, f.Step)
		if f.Asked == 0 || f.Came != nil || s == nil || (s.Wait == nil || s.Wait.Event != e.Name) && !s.serves(f, e) {
			continue
		}
		t.s.Stack = slices.Clone(t.s.Stack)
		t.s.Stack[i].Came = e
		return true
	}
	return false
}

// giveBack lets the bot speak: it says what the programme has for it, and asks
// again what was asked. What waited for a time has waited no time meanwhile.
func (t *turn) giveBack() error {
	if err := t.passes(machine.GiveBack); err != nil {
		return err
	}
	away := t.env.Now.Unix() - t.s.Held
	t.rest()
	t.s.Held = 0
	t.s.Stack = putOff(t.s.Stack, away)
	t.out = append(t.out, TakeUp{})
	if flow := t.named(BeginArg); flow != "" {
		return t.abandon(flow, nil)
	}
	if s := t.asked(); s != nil {
		return t.askAgain(s)
	}
	if flow := t.named(AskArg); flow != "" {
		t.room()
		return t.start(flow, nil)
	}
	if l := t.e.hearing.events[GivenBack]; l != nil {
		t.room()
		return t.start(l.Run+l.Go, nil)
	}
	return t.walk("")
}

// BeginArg names in a GivenBack the flow to begin: who gives the conversation back has
// settled what was asked. AskArg names one to run before that is asked again.
const (
	BeginArg = "begin"
	AskArg   = "ask"
)

// named is the flow that whoever gives the conversation back has named; "" for none, or
// for one that this release does not have.
func (t *turn) named(arg string) string {
	if t.in.Event == nil {
		return ""
	}
	flow := t.in.Event.Args[arg].Text()
	if t.e.scripts[flow] == nil {
		return ""
	}
	return flow
}

// room lets the oldest of too many questions go: nobody who asks for people, for the bot
// again, or for no more messages may be refused for them.
func (t *turn) room() {
	if len(t.s.Stack) >= MaxStack {
		t.s.Stack = slices.Clone(t.s.Stack[1:])
	}
}

// putOff is the stack of frames that wait so much longer.
func putOff(stack []Frame, seconds int64) []Frame {
	moved := make([]Frame, len(stack))
	for i, f := range stack {
		if f.Due != 0 {
			f.Due += seconds
		}
		if f.Since != 0 {
			f.Since += seconds
		}
		f.Quiet = false // it was long ago that it was asked
		moved[i] = f
	}
	return moved
}

// muted is what is left of a turn that ran while people have the conversation:
// what was learnt and agreed, and nothing said.
func (t *turn) muted() (Session, []Effect) {
	var kept []Effect
	for _, e := range t.out {
		switch e.(type) {
		case Save, Agree, Respond, Reach, Request:
			kept = append(kept, e)
		}
	}
	return *t.kept, kept
}
