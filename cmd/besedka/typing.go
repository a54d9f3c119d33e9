package main

import (
	"context"

	"besedka/bots"
	"besedka/bots/gateway"
)

// busy shows the person behind a subject that we are at work for them, where their
// messenger can, until done is called. It holds up nothing: what goes wrong with it is
// not worth a word.
func (a *app) busy(ctx context.Context, subject int64) (done func()) {
	ctx, cancel := context.WithCancel(ctx)
	for _, l := range a.listeners {
		if t, ok := l.(bots.Typist); ok {
			go a.typing(ctx, t, subject)
		}
	}
	return cancel
}

func (a *app) typing(ctx context.Context, t bots.Typist, subject int64) {
	peer, err := a.members.PeerOf(ctx, subject, t.Channel())
	if err == nil {
		gateway.Typing(ctx, t, peer, gateway.TypingEach)
	}
}
