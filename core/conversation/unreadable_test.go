package conversation_test

import (
	"testing"

	"besedka/core/chat"
	"besedka/core/conversation"
)

// spoil makes what somebody left unreadable.
func (h *house) spoil(sql string, args ...any) {
	h.Helper()
	if _, err := h.db.Exec(h.Context(), sql, args...); err != nil {
		h.Fatal(err)
	}
}

func TestUnreadableMessageHoldsUpNobody(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.say("anna", 2)
	h.say("boris", 1)
	h.spoil(`update outbox set sealed = 'x' where key = 'anna/0'`)
	heard := map[string]string{}
	for _, l := range h.claim(10) {
		for _, m := range l.Messages {
			heard[l.Peer] += m.Wire.Text
		}
	}
	if len(heard) != 2 || heard["anna"] != "1" || heard["boris"] != "0" {
		t.Errorf("heard %v", heard)
	}
	if n := h.count(`select count(*) from outbox_outcome where state = 'failed' and reason = 'unreadable'`); n != 1 {
		t.Errorf("%d messages are given up, want 1", n)
	}
}

func TestChatOfNothingReadableIsGivenBack(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.say("anna", 1)
	h.spoil(`update outbox set sealed = 'x'`)
	if got := h.claim(10); len(got) != 0 {
		t.Errorf("claimed %+v", got)
	}
	if n := h.count(`select count(*) from send_claim`); n != 0 {
		t.Errorf("%d claims are kept, want none", n)
	}
}

func TestUnreadablePhotoHoldsUpNobody(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, peer := range []string{"anna", "boris"} {
		h.receive(conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: []conversation.Message{
			{Key: "1", Peer: peer, At: noon, In: chat.Inbound{Photo: &chat.Photo{Remote: peer}}},
		}})
	}
	h.spoil(`update inbox set sealed = 'x' where id = (select min(id) from inbox)`)
	photos, err := h.ClaimFetch(t.Context(), noon, allPhotos, 10)
	if err != nil || len(photos) != 1 || photos[0].In.Photo.Remote != "boris" {
		t.Errorf("claimed %+v, %v; want boris's", photos, err)
	}
	if n := h.count(`select count(*) from inbox_open where state = 'parked'`); n != 1 {
		t.Errorf("%d photos are put aside, want 1", n)
	}
}

func TestTimerOfAnUnreadableKeyHoldsUpNobody(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.receive(conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: append(texts("anna", "1"), texts("boris", "2")...)})
	h.spoil(`insert into timer (conversation_id, turn_no, due_at) select id, 0, $1 from conversation`, noon)
	h.spoil(`update subject set wrapped_key = 'x' where id = (select min(id) from subject)`)
	if worked, next, err := h.TimerStep(t.Context(), noon); !worked || !next.IsZero() || err != nil {
		t.Errorf("worked %v, next %v, %v", worked, next, err)
	}
	if n := h.count(`select count(*) from inbox where kind = 'timer'`); n != 1 {
		t.Errorf("%d timers woke somebody, want 1", n)
	}
}
