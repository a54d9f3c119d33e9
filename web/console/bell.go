package console

import (
	"strings"
	"sync"
)

// Bell wakes the open pages of this process that watch a topic: else they would see what
// has changed at their next look, as they see what other processes change. Its zero value
// wakes nobody yet.
type Bell struct {
	mu   sync.Mutex
	open map[string]map[chan struct{}]struct{} // by topic
}

// Ring wakes those who watch a topic: talk:17.
func (b *Bell) Ring(topic string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c := range b.open[topic] {
		select {
		case c <- struct{}{}:
		default: // it is awake
		}
	}
}

func (b *Bell) watch(topics []string) (wake <-chan struct{}, cancel func()) {
	c := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open == nil {
		b.open = map[string]map[chan struct{}]struct{}{}
	}
	for _, t := range topics {
		if b.open[t] == nil {
			b.open[t] = map[chan struct{}]struct{}{}
		}
		b.open[t][c] = struct{}{}
	}
	return c, func() { b.leave(topics, c) }
}

func (b *Bell) leave(topics []string, c chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range topics {
		delete(b.open[t], c)
		if len(b.open[t]) == 0 {
			delete(b.open, t)
		}
	}
}

// rungAs are the topics of a page as a Bell is rung for them: talk:17 of talk:17-waiting,
// where the rest is the reader's own.
func rungAs(all []watched) []string {
	names := make([]string, len(all))
	for i, w := range all {
		names[i], _, _ = strings.Cut(w.Topic, "-")
	}
	return names
}
