package conversation_test

import (
	"fmt"
	"testing"

	"besedka/core/chat"
	"besedka/core/conversation"
)

// TestHandOutlivesSession: a process whose session with the database broke while it
// sends leaves alone what it has in hand, though the leases are nobody's. Another
// process may take it.
func TestHandOutlivesSession(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.say("anna", 1)
	var hand conversation.Hand
	claim := func() []conversation.Lane {
		lanes, err := h.ClaimSends(t.Context(), noon, chat.Telegram, 10, &hand)
		if err != nil {
			t.Fatal(err)
		}
		return lanes
	}
	first := claim()
	if len(first) != 1 || hand.Missed(first) {
		t.Fatalf("claimed %d chats, missed: %v", len(first), hand.Missed(first))
	}
	number, err := h.db.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.ends(number)
	if again, err := h.ClaimSends(t.Context(), noon, chat.Telegram, 10, &hand); err == nil && len(again) != 0 {
		t.Fatal("it claimed what it has in hand")
	}
	if again := claim(); len(again) != 0 || !hand.Missed(first) {
		t.Fatalf("with a new session it claimed %d chats that it has in hand; missed: %v", len(again), hand.Missed(first))
	}
	hand.Drop(first[0].Conversation)
	if again := claim(); len(again) != 1 {
		t.Errorf("out of hand it claimed %d chats, want 1", len(again))
	}
}

// ends breaks the session of that number.
func (h *house) ends(number int64) {
	h.Helper()
	h.count(`select count(pg_terminate_backend(pid)) from pg_locks where locktype = 'advisory' and objsubid = 1 and ((classid::bigint << 32) | objid::bigint) = ` + fmt.Sprint(number))
	for h.count(`select count(*) from living_session where number = `+fmt.Sprint(number)) > 0 {
	}
}
