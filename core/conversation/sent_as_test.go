package conversation_test

import (
	"testing"

	"besedka/core/chat"
	"besedka/core/conversation"
)

// TestSentAs: a message is found by the id it went out under, by whom it went to
// and by nobody else.
func TestSentAs(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.say("anna", 2)
	h.say("boris", 1)
	lane := h.claim(1)[0]
	const id = "3EB0AABBCCDDEEFF00112233"
	mark := conversation.Mark{ID: lane.Messages[0].ID, Conversation: lane.Conversation, State: conversation.Sent, External: id}
	if _, err := h.MarkSends(t.Context(), noon, chat.Telegram, []conversation.Mark{mark}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		peer, id string
		found    bool
	}{{"anna", id, true}, {"boris", id, false}, {"nobody", id, false}, {"anna", "3EB000", false}} {
		w, ok, err := h.SentAs(t.Context(), chat.Telegram, tt.peer, tt.id)
		if err != nil || ok != tt.found || ok && w.Text != lane.Messages[0].Wire.Text {
			t.Errorf("%s, %s: %+v, %v, %v", tt.peer, tt.id, w, ok, err)
		}
	}
}
