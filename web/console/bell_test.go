package console

import (
	"sync"
	"testing"
)

// TestBell: whoever watches a topic hears of it, however many ring, and nobody else does.
func TestBell(t *testing.T) {
	t.Parallel()
	var b Bell
	wake, cancel := b.watch([]string{"inbox:waiting", "talk:17"})
	other, _ := b.watch([]string{"talk:18"})
	gone, leave := b.watch([]string{"talk:17"})
	leave()
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { b.Ring("talk:17") })
	}
	all.Wait()
	<-wake
	select {
	case <-gone:
		t.Error("who has left hears it")
	case <-other:
		t.Error("who watches another topic hears it")
	case <-wake:
		t.Error("it is told more than once to who was awake")
	default:
	}
	cancel()
	b.Ring("talk:17")
	if len(b.open) != 1 {
		t.Errorf("it keeps %v", b.open)
	}
}
