package gateway

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"

	"besedka/bots"
	fake "besedka/bots/fake/telegram"
)

// TestMenuOncePerPublication: of two processes the one that listens shows the menu,
// once for each publication and language, whatever fails meanwhile.
func TestMenuOncePerPublication(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var title atomic.Value
	title.Store("Баланс")
	menu := func() bots.Menu {
		list := []bots.Command{{Name: "balance", Title: title.Load().(string)}}
		return bots.Menu{Lang: "ru", Commands: map[string][]bots.Command{"ru": list, "en": list}}
	}
	h.fake.Spoil(fake.Fault{Kind: fake.Outage, Method: "setMyCommands", Times: 1})
	ctx, stop := context.WithCancel(t.Context())
	var processes sync.WaitGroup
	for range 2 {
		l := WithMenu(h.bot, menu, slog.New(slog.DiscardHandler))
		processes.Go(func() {
			Receive(ctx, h.db, l, func(context.Context, bots.Batch) error { return nil }, slog.New(slog.DiscardHandler))
		})
	}
	for i, words := range []string{"Баланс", "Бонусы"} {
		title.Store(words)
		if err := h.fake.AwaitMenu(ctx, 2*(i+1)); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	processes.Wait()
	commands, _, times := h.fake.Menu()
	if times != 4 || commands[""][0].Description != "Бонусы" || commands["en"][0].Description != "Бонусы" {
		t.Errorf("set %d times, the last time to %v", times, commands)
	}
}
