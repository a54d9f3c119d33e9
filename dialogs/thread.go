package dialogs

import (
	"slices"
	"time"

	"besedka/core/chat"
)

// thread names what the words of s are about, as receipt/7; "" when the step does
// not say, or nobody knows.
func (t *turn) thread(s *step) string {
	v := t.s.Vars[s.Edit]
	if s.Edit == "" || !v.Known() {
		return ""
	}
	return s.Edit + "/" + v.String()
}

// over is the thread whose message words of that thread change: it stands at the
// end of the chat, and came there a moment ago. Further up nobody would notice,
// and later nobody looks: a message that changes makes no sound.
func (t *turn) over(thread string) string {
	fresh := t.env.Now.Sub(time.Unix(t.s.LastAt, 0)) <= chat.Fresh
	if thread == "" || thread != t.s.Last || !fresh || t.in.Chat != nil || t.lastWords() != nil {
		return ""
	}
	return thread
}

// noteThread keeps whether words of a thread change its message.
func (t *turn) noteThread(thread string) {
	if thread == "" || !t.env.Explain {
		return
	}
	n := Note{Kind: Anew, What: thread}
	if t.over(thread) != "" {
		n.Kind = Edits
	}
	t.keep(n)
}

// leaveOff notes what stands at the end of the chat after the turn. A message that
// only changed has come there before.
func (t *turn) leaveOff() {
	switch m := t.lastWords(); {
	case m == nil && t.in.Chat != nil:
		t.s.Last, t.s.LastAt = "", 0
	case m == nil, m.Over != "":
	case m.Thread == "":
		t.s.Last, t.s.LastAt = "", 0
	default:
		t.s.Last, t.s.LastAt = m.Thread, t.env.Now.Unix()
	}
}

// lastWords is the last message of the turn so far, nil when it has said nothing.
func (t *turn) lastWords() *chat.Message {
	for _, e := range slices.Backward(t.out) {
		if say, ok := e.(Say); ok {
			return &say.Message
		}
	}
	return nil
}
