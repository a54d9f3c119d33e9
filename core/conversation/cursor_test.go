package conversation_test

import (
	"testing"

	"besedka/core/chat"
	"besedka/core/conversation"
)

// TestCursor: where reading goes on is kept for each account, moves with what was
// read, and stays where it is when an arrival does not say.
func TestCursor(t *testing.T) {
	t.Parallel()
	h := open(t)
	at := func(account, want string) {
		t.Helper()
		if got, err := h.Cursor(t.Context(), account); got != want || err != nil {
			t.Errorf("%s is read from %q, %v; want %q", account, got, err, want)
		}
	}
	at("max", "")
	for _, a := range []conversation.Arrival{
		{Channel: chat.Max, Account: "max", Cursor: "1/5"},
		{Channel: chat.VK, Account: "vk/9", Cursor: "7", Poison: []conversation.Poison{{Key: "1", Raw: []byte("{"), Reason: "not JSON"}}},
		{Channel: chat.Max, Account: "max", Cursor: "1/6"},
		{Channel: chat.Max, Account: "max"},
	} {
		h.receive(a)
	}
	at("max", "1/6")
	at("vk/9", "7")
}
