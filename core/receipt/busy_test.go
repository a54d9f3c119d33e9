package receipt_test

import (
	"context"
	"testing"
	"time"
)

// TestBusy: who has just sent a receipt is shown each call for it, until it is over;
// who waits for long has gone about other things.
func TestBusy(t *testing.T) {
	t.Parallel()
	h := open(t)
	var shown, over int
	h.service.Busy = func(context.Context, int64) func() {
		shown++
		return func() { over++ }
	}
	anna := h.member(true)
	h.submit(anna, h.print(128_450, -time.Hour, 0))
	h.settle(30 * time.Second)
	if shown == 0 || shown != over {
		t.Errorf("shown %d times and over %d times", shown, over)
	}
	h.submit(anna, h.print(50_000, -time.Minute, 3*time.Hour))
	h.settle(10 * time.Minute)
	before := shown
	h.settle(4 * time.Hour)
	if shown != before || shown != over {
		t.Errorf("hours later it is still shown: %d times after %d", shown, before)
	}
}
