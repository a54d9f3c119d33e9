package gateway

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"sync"
	"time"

	"besedka/bots"
)

// WithMenu is l that shows a menu while it runs, and so in the one process that
// listens: once when it begins, and again when menu is another one.
func WithMenu(l bots.Menued, menu func() bots.Menu, log *slog.Logger) bots.Listener {
	return menued{l, menu, log}
}

type menued struct {
	bots.Menued
	menu func() bots.Menu
	log  *slog.Logger
}

// Run implements bots.Listener.
func (m menued) Run(ctx context.Context, sink bots.Sink) error {
	ctx, stop := context.WithCancel(ctx)
	var shown sync.WaitGroup
	defer shown.Wait()
	defer stop()
	shown.Go(func() { m.keep(ctx) })
	return m.Menued.Run(ctx, sink)
}

// menuPause is how soon a new publication is in the menu.
const menuPause = time.Second

func (m menued) keep(ctx context.Context) {
	var shown bots.Menu
	failures := 0
	for ctx.Err() == nil {
		now := m.menu()
		if reflect.DeepEqual(now, shown) {
			bots.Pause(ctx, menuPause)
			continue
		}
		err := m.SetMenu(ctx, now)
		switch {
		case err == nil:
			shown, failures = now, 0
		case ctx.Err() == nil:
			m.log.WarnContext(ctx, "menu not set", "account", m.Account(), "err", err)
			bots.Pause(ctx, menuRetry(failures, err))
			failures++
		}
	}
}

// menuRetry is how long to wait after so many failures: nobody is kept waiting by a
// menu of yesterday.
func menuRetry(failures int, err error) time.Duration {
	if e, ok := errors.AsType[*bots.ThrottledError](err); ok {
		return max(e.After, firstPause)
	}
	return backoff(failures)
}
