package gateway

import (
	"context"
	"log/slog"
	"testing"
	"time"

	fake "besedka/bots/fake/telegram"
	"besedka/core/chat"
	"besedka/core/conversation"
)

// TestTyping: while a photo is read its sender sees that the bot is at work, anew each
// time it would be over, and no longer; whatever comes of showing it, the photo is read.
func TestTyping(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fake.Fault{
		"shown": {}, "outage": {Kind: fake.Outage, Method: "sendChatAction"}, "throttled": {Kind: fake.Throttle, Method: "sendChatAction", RetryAfter: 30},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			photographs(t, h, fake.Act{Photo: []byte("x")})
			if fault.Kind != "" {
				h.fake.Spoil(fault)
			}
			f := NewFetch(h.conv, h.bot, Hands{
				Keep: func(ctx context.Context, p conversation.Fetch, data []byte) (chat.Photo, error) {
					if p.Peer != "1" {
						t.Errorf("the sender is %q", p.Peer)
					}
					if fault.Kind != "" {
						return keepAll(ctx, p, data)
					}
					photo, _ := keepAll(ctx, p, data)
					return photo, h.fake.AwaitTyping(ctx, 1, 1)
				},
				Notice: noNotice,
			}, slog.New(slog.DiscardHandler))
			mustStep(t, f.Step, noon)
			if got := inboxStates(t, h)["ready"]; got != 1 {
				t.Errorf("%d photos are read, want 1", got)
			}
			if got := h.fake.Typing(1); (got > 0) != (fault.Kind == "") || len(h.heard(1)) != 0 {
				t.Errorf("shown %d times, said %q", got, h.heard(1))
			}
		})
	}
}

func TestTypingIsRenewed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.opens(t, 1)
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		Typing(ctx, h.bot, "1", time.Microsecond)
	}()
	if err := h.fake.AwaitTyping(ctx, 1, 3); err != nil {
		t.Fatal(err)
	}
	stop()
	<-over
	if _, err := h.fake.Do(fake.Act{From: 1, Block: true}); err != nil {
		t.Fatal(err)
	}
	Typing(t.Context(), h.bot, "1", time.Microsecond) // ends by itself
}

// TestHolderWorksAlone: once somebody of the staff has the conversation, the bot is not
// seen at work in it, be it in the middle of a photo.
func TestHolderWorksAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.opens(t, 1)
	bot := unheld{h.bot, h.conv, 1}
	if err := bot.Typing(t.Context(), "1"); err != nil {
		t.Fatal(err)
	}
	h.takes(t)
	Typing(t.Context(), bot, "1", time.Microsecond) // ends by itself
	if got := h.fake.Typing(1); got != 1 {
		t.Errorf("shown %d times, want once, before", got)
	}
	photographs(t, h, fake.Act{Photo: []byte("x")})
	f := NewFetch(h.conv, h.bot, Hands{Keep: keepAll, Notice: noNotice}, slog.New(slog.DiscardHandler))
	mustStep(t, f.Step, noon)
	if got := h.fake.Typing(1); got != 1 || inboxStates(t, h)["ready"] == 0 {
		t.Errorf("shown %d times in all, want once", got)
	}
}
