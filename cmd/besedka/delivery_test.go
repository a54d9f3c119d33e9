package main

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"besedka/bots"
	"besedka/core/chat"
	"besedka/flows/programme"
	"besedka/storage/storagetest"
)

// hanging is a messenger that takes a message and never comes back.
type hanging struct {
	*nullMessenger
	taken, free chan struct{}
}

func (h *hanging) Send(context.Context, string, string, chat.Wire) (string, error) {
	h.taken <- struct{}{}
	<-h.free
	return "", bots.ErrUnavailable
}

// TestMessengerThatHangsHoldsUpNoOther: the web chat answers meanwhile.
func TestMessengerThatHangsHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	log := slog.New(slog.DiscardHandler)
	in, err := place{DatabaseURL: storagetest.DSN(t), Data: t.TempDir()}.open(ctx, log)
	if err != nil {
		t.Fatal(err)
	}
	defer in.close(context.WithoutCancel(ctx)) //nolint:errcheck // the database is thrown away
	p := newPublisher(in.db, time.Now, log)
	if err := p.publish(ctx, programme.Files); err != nil {
		t.Fatal(err)
	}
	bot := &hanging{newNullMessenger(), make(chan struct{}, 1), make(chan struct{})}
	a, err := newApp(in, p, settings{bots: func(pictureSource) ([]bots.Listener, error) { return []bots.Listener{bot}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	a.work(ctx, &all)
	bot.said <- bots.Received{Key: "1", Peer: "1", In: chat.Inbound{Text: "/start"}}
	select {
	case <-bot.taken:
	case <-ctx.Done():
		t.Fatal("nothing was sent")
	}
	if err := a.web.Accept(ctx, "anna", "key-1", chat.Inbound{Text: "привет"}); err != nil {
		t.Fatal(err)
	}
	for answered := false; !answered && ctx.Err() == nil; {
		lines, err := a.transcript(ctx, "anna", 0)
		if err != nil {
			t.Errorf("the web chat was not answered: %v", err)
			break
		}
		answered = len(lines) > 1
	}
	close(bot.free)
	stop()
	all.Wait()
}
