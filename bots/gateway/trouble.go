package gateway

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"besedka/bots"
)

// WithTrouble is l that tells its trouble while it runs, and so in the one process that
// listens: when it begins, and whenever it is another one.
func WithTrouble(l bots.Troubled, tell func(ctx context.Context, account, what string) error, log *slog.Logger) bots.Listener {
	return troubled{l, tell, log}
}

type troubled struct {
	bots.Troubled
	tell func(ctx context.Context, account, what string) error
	log  *slog.Logger
}

// Run implements bots.Listener.
func (t troubled) Run(ctx context.Context, sink bots.Sink) error {
	ctx, stop := context.WithCancel(ctx)
	var told sync.WaitGroup
	defer told.Wait()
	defer stop()
	told.Go(func() { t.keep(ctx) })
	return t.Troubled.Run(ctx, sink)
}

// troublePause is how soon a trouble is told.
const troublePause = time.Second

func (t troubled) keep(ctx context.Context) {
	told := "-" // nobody knows what was told before
	for ctx.Err() == nil {
		if what := t.Trouble(); what != told {
			if err := t.tell(ctx, t.Account(), what); err == nil {
				told = what
			} else if ctx.Err() == nil {
				t.log.WarnContext(ctx, "trouble not told", "account", t.Account(), "err", err)
			}
		}
		bots.Pause(ctx, troublePause)
	}
}
