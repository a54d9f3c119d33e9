package dialogs

import (
	"slices"

	"besedka/core/chat"
	"besedka/flows"
)

// maxJoined is the length in bytes up to which texts of one turn travel as one
// message; some messengers bill by message, all of them split long ones.
const maxJoined = 3000

// ask says the question of s, after first when there is any, with its buttons.
func (t *turn) ask(s *step, first *flows.Text) error {
	if first != nil {
		if err := t.say(first, nil); err != nil {
			return err
		}
	}
	return t.say(s.Ask, s.Buttons)
}

// begins says what a step has to say when it is come to. A question is asked anew
// without its picture.
func (t *turn) begins(s *step) error {
	w := with{thread: t.thread(s), picture: t.picture(s)}
	if s.Ask == nil {
		w.buttons = s.Buttons
		return t.tell(s.Say, w)
	}
	if s.Say != nil {
		if err := t.tell(s.Say, w); err != nil {
			return err
		}
		if last := t.lastWords(); last != nil && last.Media == w.picture {
			w.picture = nil
		}
	}
	w.buttons = s.Buttons
	return t.tell(s.Ask, w)
}

// with is what goes with words.
type with struct {
	thread  string
	picture *chat.Media
	buttons []*flows.Button
}

// say adds a text to the turn. A text none of whose cases fits says nothing.
func (t *turn) say(x *flows.Text, buttons []*flows.Button) error {
	return t.tell(x, with{buttons: buttons})
}

// tell is say with more than buttons.
func (t *turn) tell(x *flows.Text, w with) error {
	line, err := t.pick(x)
	if line == nil || err != nil {
		return err
	}
	t.noteSaid(x, line)
	t.noteThread(w.thread)
	words := chat.Message{Text: t.headed(x, line.Render(t.arg, t.lang)), Media: w.picture, Thread: w.thread, Over: t.over(w.thread), Template: t.template(x)}
	return t.put(Say{Slot: t.s.Flow + "/" + x.Slot, Message: words}, w.buttons)
}

// put adds what is said, to the message before it where that has no buttons. What is
// joined with words of another thread is of none, and a picture stands above its
// words, not amid others.
func (t *turn) put(say Say, buttons []*flows.Button) error {
	if len(buttons) > 0 {
		say.Message.Buttons = t.buttons(buttons)
	}
	if i := t.joins(say.Message); i >= 0 && say.Message.Media == nil {
		say = t.out[i].(Say).and(say)
		t.out = slices.Delete(slices.Clone(t.out), i, i+1)
	}
	t.out = append(t.out, say)
	return t.countMessages()
}

// and is one message of two.
func (s Say) and(next Say) Say {
	joined := next
	joined.Slot = s.Slot + " " + next.Slot
	joined.Message.Text = s.Message.Text + "\n\n" + next.Message.Text
	joined.Message.Media, joined.Message.Over, joined.Message.Template = s.Message.Media, s.Message.Over, s.Message.Template
	if s.Message.Thread != next.Message.Thread {
		joined.Message.Thread, joined.Message.Over = "", ""
	}
	return joined
}

// joins finds the last message when the next one may be added to it, else -1. What a
// template stands in for goes apart from the rest, which has to wait when it does.
func (t *turn) joins(next chat.Message) int {
	for i := len(t.out) - 1; i >= 0; i-- {
		if last, ok := t.out[i].(Say); ok {
			if len(last.Message.Buttons) > 0 || len(last.Message.Text)+len(next.Text) > maxJoined || !last.Message.SameTemplate(next) {
				return -1
			}
			return i
		}
	}
	return -1
}

func (t *turn) countMessages() error {
	n := 0
	for _, e := range t.out {
		if _, ok := e.(Say); ok {
			n++
		}
	}
	if n > MaxMessages {
		return &LimitError{"messages", MaxMessages}
	}
	return nil
}
