package web

import (
	"strconv"
	"testing"
	"time"
)

func TestSessionMayNotFillTheQueue(t *testing.T) {
	t.Parallel()
	p := newPaces(messagesAtOnce, messagesPerSecond)
	for i := range messagesAtOnce {
		if !p.allow("a", noon) {
			t.Fatalf("message %d is refused", i)
		}
	}
	if p.allow("a", noon) {
		t.Error("one more than the limit is taken")
	}
	if !p.allow("b", noon) || !p.allow("a", noon.Add(time.Second)) {
		t.Error("somebody else, or somebody later, is refused")
	}
	for i := range maxPaced {
		p.allow(strconv.Itoa(i), noon)
	}
	p.allow("late", noon.Add(10*time.Second))
	if len(p.of) > 2 || p.of["a"] == nil {
		t.Errorf("%d sessions at rest are remembered, or a busy one is forgotten", len(p.of))
	}
}
