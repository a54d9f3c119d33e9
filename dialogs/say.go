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

// say adds a text to the turn. A text none of whose cases fits says nothing.
func (t *turn) say(x *flows.Text, buttons []*flows.Button) error {
	line, err := t.pick(x)
	if line == nil || err != nil {
		return err
	}
	t.noteSaid(x, line)
	say := Say{Slot: t.s.Flow + "/" + x.Slot, Message: chat.Message{Text: t.headed(x, line.Render(t.arg, t.lang))}}
	if len(buttons) > 0 {
		say.Message.Buttons = t.buttons(buttons)
	}
	if i := t.joins(len(say.Message.Text)); i >= 0 {
		last := t.out[i].(Say)
		say.Slot = last.Slot + " " + say.Slot
		say.Message.Text = last.Message.Text + "\n\n" + say.Message.Text
		t.out = slices.Delete(slices.Clone(t.out), i, i+1)
	}
	t.out = append(t.out, say)
	return t.countMessages()
}

// joins finds the last message when a text of so many bytes may be added to
// it, else -1.
func (t *turn) joins(more int) int {
	for i := len(t.out) - 1; i >= 0; i-- {
		if last, ok := t.out[i].(Say); ok {
			if len(last.Message.Buttons) > 0 || len(last.Message.Text)+more > maxJoined {
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
