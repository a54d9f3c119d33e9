package webchat_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"besedka/bots"
	"besedka/bots/botstest"
	"besedka/bots/webchat"
	"besedka/core/chat"
)

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func TestConformance(t *testing.T) {
	t.Parallel()
	botstest.Run(t, func(t *testing.T, sink bots.Sink, _ *slog.Logger) botstest.Rig {
		a := webchat.New(sink, nil, noon)
		n := 0
		return botstest.Rig{
			Adapter: a, Peer: "cookie",
			// A browser posts again until it hears that it was taken.
			Say: func(text string, times int) {
				n++
				for taken := 0; taken < times; {
					if a.Accept(t.Context(), "cookie", fmt.Sprint(n), chat.Inbound{Text: text}) == nil {
						taken++
					}
				}
			},
			Confirmed: func(context.Context) error { return nil },
		}
	})
}
