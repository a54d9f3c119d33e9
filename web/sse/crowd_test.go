package sse

import (
	"strconv"
	"testing"
)

func TestStreamsOfASessionAreBounded(t *testing.T) {
	t.Parallel()
	var c Crowd
	var leave func()
	for range MaxOfSession {
		leave, _ = c.Enter("a")
	}
	if _, ok := c.Enter("a"); ok {
		t.Error("one more than the limit was let in")
	}
	if _, ok := c.Enter("b"); !ok {
		t.Error("somebody else was kept out")
	}
	leave()
	if _, ok := c.Enter("a"); !ok {
		t.Error("a place that was left is not given again")
	}
}

// TestCrowd: whoever makes sessions without end takes no more than the process
// has, and a place that is left is free again.
func TestCrowd(t *testing.T) {
	t.Parallel()
	var c Crowd
	var leave func()
	for i := range MaxOfAll {
		left, ok := c.Enter(strconv.Itoa(i / MaxOfSession))
		if leave = left; !ok {
			t.Fatalf("stream %d finds no place", i)
		}
	}
	if _, ok := c.Enter("late"); ok {
		t.Error("one stream too many finds a place")
	}
	leave()
	if _, ok := c.Enter("late"); !ok {
		t.Error("the place that was left is taken")
	}
}
