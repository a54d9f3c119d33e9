package conversation_test

import (
	"testing"

	"besedka/core/conversation"
)

// TestLeap: what is said after a restore has no number that somebody may have seen.
func TestLeap(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.say("anna", 1)
	if err := h.db.InTx(t.Context(), conversation.LeapTx); err != nil {
		t.Fatal(err)
	}
	h.say("boris", 1)
	if n := h.count(`select max(id) - min(id) from outbox`); n < 1_000_000 {
		t.Errorf("numbers go on %d further", n)
	}
}
