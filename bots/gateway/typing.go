package gateway

import (
	"context"
	"sync"
	"time"

	"besedka/bots"
	"besedka/core/conversation"
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

// unheld is a Typist that shows nothing once people have the conversation: then the bot
// is not seen at work.
type unheld struct {
	bots.Typist
	conv         *conversation.Service
	conversation int64
}

// Typing implements bots.Typist.
func (u unheld) Typing(ctx context.Context, peer string) error {
	speaks, err := u.conv.BotSpeaks(ctx, u.conversation)
	switch {
	case err != nil:
		return err
	case !speaks:
		return errHeld
	}
	return u.Typist.Typing(ctx, peer)
}

// typing shows the sender of a file that it is looked at; call the result when it was.
func (f *Fetch) typing(ctx context.Context, p conversation.Fetch) (done func()) {
	a, ok := f.adapter.(bots.Typist)
	if !ok {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var shown sync.WaitGroup
	shown.Go(func() { Typing(ctx, unheld{a, f.conv, p.Conversation}, p.Peer, TypingEach) })
	return func() {
		cancel()
		shown.Wait()
	}
}
