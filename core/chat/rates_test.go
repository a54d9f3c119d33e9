package chat

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestRateHolds: whoever takes only what is free, at whatever moments, has never
// sent more in any span than the rate says, and nobody waits longer than Ready.
func TestRateHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom([]Rate{PerSecond(30), PerSecond(1), PerSecond(80), {4 * time.Second, 5}, {6 * time.Second, 10}, {time.Second, 5}}).Draw(t, "rate")
		now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
		var full time.Time
		var sent []time.Time
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.Int64Range(0, int64(2*r.Every)).Draw(t, "pause")))
			free := r.Free(full, now)
			if ready := r.Ready(full, 1); (free > 0) == ready.After(now) {
				t.Fatalf("%d are free at %s, and ready at %s", free, now, ready)
			}
			n := rapid.IntRange(0, free).Draw(t, "n")
			if n > 0 {
				full = r.Take(full, now, n)
			}
			sent = append(sent, slices.Repeat([]time.Time{now}, n)...)
		}
		for i, from := range sent {
			for k := i; k < len(sent); k++ {
				if most := r.Burst + int(sent[k].Sub(from)/r.Every); k-i+1 > most {
					t.Fatalf("%d in %s, at most %d", k-i+1, sent[k].Sub(from), most)
				}
			}
		}
	})
}

// TestPublishedLimits: what a messenger publishes, in its own words.
func TestPublishedLimits(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		what string
		rate Rate
		most int
		in   time.Duration
	}{
		{"telegram, all chats", CapsOf(Telegram).Rates.Account, 30, time.Second},
		{"telegram, a group", CapsOf(Telegram).Rates.Of(Telegram, "-100"), 20, time.Minute},
		{"telegram, a minute of a chat", CapsOf(Telegram).Rates.Of(Telegram, "77"), 65, time.Minute},
		{"whatsapp, all chats", CapsOf(WhatsApp).Rates.Account, 80, time.Second},
		{"whatsapp, ten minutes of a chat", CapsOf(WhatsApp).Rates.Chat, 110, 10 * time.Minute},
		{"max, all chats", CapsOf(Max).Rates.Account, 30, time.Second},
		{"vk, all chats", CapsOf(VK).Rates.Account, 20, time.Second},
		{"viber, ten seconds of all chats", CapsOf(Viber).Rates.Account, 500, 10 * time.Second},
	} {
		if got := tt.rate.Burst + int((tt.in-1)/tt.rate.Every); got > tt.most {
			t.Errorf("%s: %d in %s, want at most %d", tt.what, got, tt.in, tt.most)
		}
	}
}
