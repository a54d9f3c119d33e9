package conversation_test

import (
	"testing"

	"besedka/core/chat"
	"besedka/core/conversation"
)

// TestHeardWithLinks: the address of a receipt may lie behind words of any piece.
func TestHeardWithLinks(t *testing.T) {
	t.Parallel()
	w := conversation.Wake{
		Chat: &chat.Inbound{Text: "вот"},
		More: []conversation.Piece{{Text: "чек", Links: "https://a.test/1"}, {Text: "и", Links: "https://a.test/2"}},
	}
	if in := w.Heard(); in.Text != "вот\nчек\nи" || in.Links != "https://a.test/1\nhttps://a.test/2" {
		t.Errorf("heard %q, %q", in.Text, in.Links)
	}
}
