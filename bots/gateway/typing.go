package gateway

import (
	"context"
	"sync"
	"time"

	"besedka/bots"
)

// TypingEach is how often a messenger is told that the bot is still at work: it shows
// that for five seconds.
const TypingEach = 4 * time.Second

// Typing shows a person that the bot is at work until ctx ends, or until their
// messenger does not want to hear of it: that is no trouble of anybody's.
func Typing(ctx context.Context, a bots.Typist, peer string, each time.Duration) {
	for ctx.Err() == nil {
		if err := a.Typing(ctx, peer); err != nil {
			return
		}
		bots.Pause(ctx, each)
	}
}

// typing shows the sender of a file that it is looked at; call the result when it was.
func (f *Fetch) typing(ctx context.Context, peer string) (done func()) {
	a, ok := f.adapter.(bots.Typist)
	if !ok {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var shown sync.WaitGroup
	shown.Go(func() { Typing(ctx, a, peer, TypingEach) })
	return func() {
		cancel()
		shown.Wait()
	}
}
