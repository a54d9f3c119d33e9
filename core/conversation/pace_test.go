package conversation_test

import (
	"testing"
	"time"

	"besedka/core/chat"
)

// TestClockSetBack: what was sent by a clock that was an hour ahead keeps nobody
// waiting for that hour.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, now := range []time.Time{noon.Add(time.Hour), noon, noon.Add(time.Second)} {
		g, err := h.TakePace(t.Context(), now, "telegram/1", chat.PerSecond(30), 3, 0)
		if err != nil {
			t.Fatal(err)
		}
		if now.After(noon) && g.Replies != 3 {
			t.Errorf("at %s %d may go, next %s; want 3", now, g.Replies, g.Next)
		}
	}
}
