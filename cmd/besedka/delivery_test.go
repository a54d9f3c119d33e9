package main

import (
	"context"
	"io/fs"
	"log/slog"
	"sync"
	"testing"
	"time"

	"besedka/bots"
	"besedka/core/chat"
	"besedka/flows/programme"
	"besedka/storage/storagetest"
)

// hanging is a messenger that takes a message, or is asked for a photo, and
// never comes back.
type hanging struct {
	*nullMessenger
	taken, free chan struct{}
}

func (h *hanging) Send(context.Context, string, string, chat.Wire) (string, error) {
	h.hang()
	return "", bots.ErrUnavailable
}

func (h *hanging) Fetch(context.Context, string, int64) ([]byte, error) {
	h.hang()
	return nil, bots.ErrUnavailable
}

func (h *hanging) hang() {
	select {
	case h.taken <- struct{}{}:
	default: // told already
	}
	<-h.free
}

// TestMessengerThatHangsHoldsUpNoOther: the web chat answers meanwhile, and has
// its photos looked at.
func TestMessengerThatHangsHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	for name, said := range map[string]chat.Inbound{
		"message": {Text: "/start"},
		"photo":   {Photo: &chat.Photo{Remote: "no such file"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answersBesideHanging(t, said)
		})
	}
}

// openApp is an app of the shipped programme with these messengers beside the web
// chat, until the test ends.
func openApp(t *testing.T, messengers ...bots.Listener) *app {
	t.Helper()
	return openPublished(t, time.Now, programme.Files, messengers...)
}

// openPublished is an app of a programme that was published at an instant.
func openPublished(t *testing.T, at func() time.Time, files fs.FS, messengers ...bots.Listener) *app {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	in, err := place{DatabaseURL: secret(storagetest.DSN(t)), Data: t.TempDir()}.open(t.Context(), log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.close(context.WithoutCancel(t.Context())) }) //nolint:errcheck // the database is thrown away
	p := newPublisher(in.db, at, log)
	if err := p.publish(t.Context(), files); err != nil {
		t.Fatal(err)
	}
	var given []messenger
	for _, l := range messengers {
		given = append(given, opened(l))
	}
	a, err := newApp(in, p, settings{messengers: given})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// answersBesideHanging says the same to a messenger that hangs and to the web
// chat.
func answersBesideHanging(t *testing.T, said chat.Inbound) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	bot := &hanging{newNullMessenger(), make(chan struct{}, 1), make(chan struct{})}
	a := openApp(t, bot)
	var all sync.WaitGroup
	a.work(ctx, &all)
	bot.said <- bots.Received{Key: "1", Peer: "1", In: said}
	select {
	case <-bot.taken:
	case <-ctx.Done():
		t.Fatal("the messenger was not called")
	}
	if err := a.web.Accept(ctx, "anna", "key-1", said); err != nil {
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
