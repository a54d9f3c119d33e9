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

// TestKeys: two browsers may choose the same key, and neither key shows the
// peer, whose id is all that a browser is known by.
func TestKeys(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	a := webchat.New(func(_ context.Context, b bots.Batch) error {
		seen[b.Messages[0].Key] = true
		return nil
	}, nil, noon)
	for _, peer := range []string{"one", "two"} {
		if err := a.Accept(t.Context(), peer, "same", chat.Inbound{Text: "да"}); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) != 2 || seen["one"] || seen["same"] {
		t.Errorf("keys are %v, want two that hide the peer", seen)
	}
}
