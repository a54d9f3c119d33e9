package conversation_test

import (
	"testing"

	"besedka/core/chat"
	"besedka/core/conversation"
)

// TestNobodySpeaksOverPeople: notices of the program are not said in a
// conversation that people have.
func TestNobodySpeaksOverPeople(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.receive(conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: texts("anna", "1")})
	if _, err := h.db.Exec(t.Context(), `update conversation set lifecycle = 'queued', queue = 'support', queued_at = $1`, noon); err != nil {
		t.Fatal(err)
	}
	h.say("anna", 3)
	if got := h.count(`select count(*) from outbox`); got != 0 {
		t.Errorf("%d messages are to be sent, want none", got)
	}
}
