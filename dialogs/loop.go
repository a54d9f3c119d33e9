package dialogs

import (
	"slices"
	"time"

	"besedka/dialogs/machine"
)

// Loop is what was last said to somebody who was not understood, and how often.
type Loop struct {
	Said  uint32 `json:"s"` // hash of the texts and their slots
	Times int    `json:"n"`
	Since int64  `json:"t"` // unix time of the first
}

// A conversation goes in circles when the same would be said so often in so short
// a time to somebody whom the bot does not understand.
const (
	MaxSame  = 3
	sameTime = 10 * time.Minute
)

// loops counts what is said to somebody who was not understood. Before it says the
// same once too often, the bot calls people instead. A word that it knows, an
// answer or a tap ends the count: whoever asks for the balance five times hears it
// five times.
func (t *turn) loops() error {
	switch {
	case t.in.Chat == nil || t.s.Held != 0 || t.kept != nil:
		return nil
	case !t.puzzled || t.in.Chat.Tap != "" || t.e.people == "":
		t.s.Loop = Loop{}
		return nil
	}
	now, said := t.env.Now.Unix(), t.saidNow()
	if said == 0 {
		return nil
	}
	if t.s.Loop.Said != said || now-t.s.Loop.Since >= int64(sameTime/time.Second) {
		t.s.Loop = Loop{Said: said, Since: now}
	}
	if t.s.Loop.Times++; t.s.Loop.Times < MaxSame {
		return nil
	}
	return t.callPeople()
}

// saidNow is the hash of this turn's messages, 0 when there are none.
func (t *turn) saidNow() (said uint32) {
	for _, e := range t.out {
		if say, ok := e.(Say); ok {
			said = said*31 + hash(say.Slot, say.Message.Text)
		}
	}
	return said
}

// callPeople leaves the conversation to people instead of saying the same again.
// What was asked is asked again when they give it back.
func (t *turn) callPeople() error {
	if err := t.passes(machine.Call); err != nil {
		return err
	}
	t.out = slices.DeleteFunc(slices.Clone(t.out), func(e Effect) bool { _, says := e.(Say); return says })
	t.note(Note{Kind: Circling})
	if err := t.say(t.e.p.Stuck, nil); err != nil {
		return err
	}
	if err := t.closed(); err != nil {
		return err
	}
	t.leaveTo(t.env.Now)
	t.s.Loop = Loop{}
	t.out = append(t.out, HandOff{Queue: t.e.people, Loop: true})
	return nil
}
