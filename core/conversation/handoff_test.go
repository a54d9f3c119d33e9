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

// TestLineOfATakenChatIsNotRead: what the bot says in the web chat is read when it is
// marked, and somebody may have taken the conversation since it was claimed.
func TestLineOfATakenChatIsNotRead(t *testing.T) {
	t.Parallel()
	for _, held := range []bool{false, true} {
		h := open(t)
		h.noticed("boris")
		lanes, err := h.ClaimSends(t.Context(), noon, chat.Webchat, 1, new(conversation.Hand))
		if err != nil || len(lanes) != 1 {
			t.Fatalf("claimed %d chats, %v", len(lanes), err)
		}
		lines := h.count(`select count(*) from webchat_line`)
		if _, err := h.db.Exec(t.Context(), `update lane set held = $1`, held); err != nil {
			t.Fatal(err)
		}
		mark := conversation.Mark{ID: lanes[0].Messages[0].ID, Conversation: lanes[0].Conversation, Claim: lanes[0].Claim, State: conversation.Sent, Release: true}
		if _, err := h.MarkSends(t.Context(), noon, chat.Webchat, []conversation.Mark{mark}); err != nil {
			t.Fatal(err)
		}
		read := h.count(`select count(*) from webchat_line`) - lines
		waits := h.count(`select count(*) from outbox_open where state = 'waiting' and reason = 'people'`)
		if held && (read != 0 || waits != 1) || !held && (read != 1 || waits != 0) {
			t.Errorf("held %v: %d lines are read, %d messages wait for people", held, read, waits)
		}
	}
}
