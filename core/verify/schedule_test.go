package verify_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"besedka/core/verify"
)

var upload = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// TestPatience: a receipt that never arrives is asked for on the schedule, less
// and less often, and is with a person after a day.
func TestPatience(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := verify.Progress{Uploaded: upload, Asked: upload, Asks: 1, Seed: rapid.Int64().Draw(t, "seed")}
		now := upload.Add(time.Second)
		for {
			p.Polls = 1
			next := p.Next(verify.NotArrived, 0, now)
			if next.Do == verify.Person {
				break
			}
			if next.Do != verify.Ask || !next.At.After(now) || next.At.After(upload.Add(verify.Patience)) {
				t.Fatalf("at +%v with %d asks: %s at +%v", now.Sub(upload), p.Asks, next.Do, next.At.Sub(upload))
			}
			p.Asks, p.Asked = p.Asks+1, next.At
			now = next.At.Add(time.Second)
		}
		if now.Sub(upload) < verify.Patience || p.Asks != 20 { // 19 of the schedule and a last one at 24 h
			t.Fatalf("with a person at +%v after %d asks, want 24h and 20", now.Sub(upload), p.Asks)
		}
	})
}

// TestPolls: however late the loop is, polls are a second apart, and a message
// without a result is given up for a new request.
func TestPolls(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := verify.Progress{Uploaded: upload, Asked: upload, Asks: 1}
		now := upload
		for {
			next := p.Next(verify.Processing, 0, now)
			if next.Do == verify.Ask {
				if p.Polls != 9 || next.At.Before(upload.Add(55*time.Second)) {
					t.Fatalf("given up after %d polls at +%v", p.Polls, next.At.Sub(upload))
				}
				return
			}
			if gap := next.At.Sub(now); p.Polls > 0 && gap < time.Second {
				t.Fatalf("poll %d comes %v after the last", p.Polls+1, gap)
			}
			late := time.Duration(rapid.IntRange(0, 5000).Draw(t, "late")) * time.Millisecond
			now = next.At.Add(late)
			p.Polls++
		}
	})
}

// TestResultNeverComes: a receipt that is processed for ever does not take the day's
// requests.
func TestResultNeverComes(t *testing.T) {
	t.Parallel()
	p := verify.Progress{Uploaded: upload, Asked: upload, Asks: 1, Seed: 5}
	now, second := upload, time.Time{}
	for now.Sub(upload) < verify.Patience {
		next := p.Next(verify.Processing, 0, now)
		if now = next.At; next.Do == verify.Poll {
			p.Polls++
			continue
		}
		p.Asks, p.Polls, p.Asked = p.Asks+1, 0, now
		if second.IsZero() {
			second = now
		}
	}
	if p.Asks > 300 || second.Sub(upload) > time.Minute {
		t.Errorf("asked for %d times in a day, the second time at +%v", p.Asks, second.Sub(upload))
	}
}

// TestUnreadableContents: what is found and cannot be read is with a person soon.
func TestUnreadableContents(t *testing.T) {
	t.Parallel()
	class := answered(t, http.StatusOK, completed(`<k:Result><k:Code>200</k:Code><k:Ticket>not JSON</k:Ticket></k:Result>`))
	p, now := verify.Progress{Uploaded: upload, Asked: upload, Seed: 5}, upload
	for do := verify.Ask; do == verify.Ask && p.Asks < 20; {
		p.Asks, p.Polls, p.Asked = p.Asks+1, 1, now
		if class == verify.Unknown {
			p.Unknowns++
		}
		next := p.Next(class, 0, now.Add(time.Second))
		do, now = next.Do, next.At
	}
	if p.Asks != 6 || now.Sub(upload) > 5*time.Minute {
		t.Errorf("%s: asked for %d times until +%v", class, p.Asks, now.Sub(upload))
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	now := upload.Add(time.Hour)
	for _, tt := range []struct {
		name          string
		class         verify.Class
		wait          time.Duration
		asks, polls   int
		do            verify.Do
		least, atMost time.Duration // after now
	}{
		{"just sent", verify.Processing, 0, 1, 0, verify.Poll, 0, 700 * time.Millisecond},
		{"forged", verify.Forged, 0, 1, 1, verify.Settle, 0, 0},
		{"verified", verify.Verified, 0, 1, 1, verify.Settle, 0, 0},
		{"message lost", verify.Expired, 0, 1, 3, verify.Ask, 0, 0},
		{"message lost again", verify.Expired, 0, 3, 3, verify.Ask, 6 * time.Second, 10 * time.Second},
		{"refused by one who does not tell why", verify.Unsure, 0, 1, 0, verify.Person, 0, 0},
		{"first outage of a send", verify.Outage, 0, 1, 0, verify.Ask, 1700 * time.Millisecond, 2300 * time.Millisecond},
		{"tenth outage of a send", verify.Outage, 0, 10, 0, verify.Ask, 255 * time.Second, 345 * time.Second},
		{"outage of a poll", verify.Outage, 0, 1, 2, verify.Poll, time.Second, 3 * time.Second},
		{"poll slower", verify.RateShort, 5 * time.Second, 1, 2, verify.Poll, 5 * time.Second, 5 * time.Second},
		{"send slower", verify.RateShort, 0, 1, 0, verify.Ask, time.Minute, time.Minute},
		{"no more today", verify.RateDaily, 10 * time.Hour, 1, 0, verify.Ask, 1700 * time.Millisecond, 2300 * time.Millisecond},
		{"refused", verify.Auth, 0, 1, 0, verify.Ask, 1700 * time.Millisecond, 2300 * time.Millisecond},
		{"odd code", verify.Unknown, 0, 5, 1, verify.Ask, 2 * time.Second, 5 * time.Minute},
		{"odd code, again", verify.Unknown, 0, 6, 1, verify.Person, 0, 0},
	} {
		p := verify.Progress{Uploaded: upload, Asked: now, Asks: tt.asks, Polls: tt.polls, Seed: 7}
		if tt.class == verify.Unknown {
			p.Unknowns = tt.asks
		}
		next := p.Next(tt.class, tt.wait, now)
		if gap := next.At.Sub(now); next.Do != tt.do || gap < tt.least || gap > tt.atMost {
			t.Errorf("%s: %s after %v, want %s after %v to %v", tt.name, next.Do, gap, tt.do, tt.least, tt.atMost)
		}
	}
}

func TestBreaker(t *testing.T) {
	t.Parallel()
	var b verify.Breaker
	now := upload
	for i := range 20 {
		if _, ok := b.Ask(now); !ok {
			t.Fatalf("open after %d calls", i)
		}
		class := verify.NotArrived
		if i%2 == 1 {
			class = verify.Outage
		}
		b = b.Record(class, time.Time{}, now)
		now = now.Add(time.Second)
	}
	b, ok := b.Ask(now)
	if ok {
		t.Fatal("still closed when half of 20 calls failed")
	}
	now = now.Add(15 * time.Second)
	if b, ok = b.Ask(now); !ok {
		t.Fatal("no probe after 15 seconds")
	}
	if _, twice := b.Ask(now); twice {
		t.Error("two probes at once")
	}
	b = b.Record(verify.Outage, b.OpenUntil, now)
	if _, ok := b.Ask(now.Add(14 * time.Second)); ok {
		t.Error("a failed probe closes the breaker")
	}
	if b = b.Record(verify.Verified, b.OpenUntil, now); b != (verify.Breaker{}) {
		t.Errorf("after a call that works: %+v, want closed", b)
	}
}

func TestBreakerWaitsForMidnight(t *testing.T) {
	t.Parallel()
	b := verify.Breaker{}.Record(verify.RateDaily, time.Time{}, upload)
	midnight := time.Date(2026, 3, 1, 21, 0, 0, 0, time.UTC) // 00:00 in Moscow
	if !b.OpenUntil.Equal(midnight) {
		t.Errorf("open until %v, want %v", b.OpenUntil, midnight)
	}
	if _, ok := b.Ask(midnight); !ok {
		t.Error("no call at midnight")
	}
}

// Calls that passed before the breaker opened come back after it, some of them
// well: polls cost no quota.
func TestOnlyAProbeClosesTheBreaker(t *testing.T) {
	t.Parallel()
	for _, classes := range [][]verify.Class{
		{verify.RateDaily, verify.Processing},
		{verify.RateDaily, verify.Auth, verify.Verified},
		slices.Concat(slices.Repeat([]verify.Class{verify.Outage}, 20), []verify.Class{verify.Verified}),
	} {
		var b verify.Breaker
		for _, c := range classes {
			b = b.Record(c, time.Time{}, upload)
		}
		opened := b.OpenUntil
		if opened.IsZero() || classes[0] == verify.RateDaily && opened.Sub(upload) < time.Hour {
			t.Errorf("after %v: open until %v", classes, opened)
		}
		probing, _ := b.Ask(opened)
		if after := probing.Record(verify.RateDaily, time.Time{}, opened).Record(verify.Verified, probing.OpenUntil, opened); after.OpenUntil.IsZero() {
			t.Errorf("after %v: a probe closes what was opened after it", classes)
		}
		if after := probing.Record(verify.Verified, probing.OpenUntil, opened); after != (verify.Breaker{}) {
			t.Errorf("after %v and a probe that works: %+v, want closed", classes, after)
		}
	}
}

func TestBreakerForgetsOldFailures(t *testing.T) {
	t.Parallel()
	var b verify.Breaker
	for i := range 40 { // one call a 2 s is 15 in a window: too few to judge
		class := verify.Outage
		if i%10 == 9 {
			class = verify.NotArrived
		}
		b = b.Record(class, time.Time{}, upload.Add(time.Duration(i)*2*time.Second))
	}
	for i := range 3 { // nights apart
		b = b.Record(verify.Outage, time.Time{}, upload.Add(time.Duration(i+1)*8*time.Hour))
	}
	if !b.OpenUntil.IsZero() {
		t.Errorf("open after slow failures: %+v", b)
	}
}

// A small programme asks too seldom for 20 calls in a window, and its provider is
// as dead.
func TestBreakerOpensForFewCalls(t *testing.T) {
	t.Parallel()
	var b verify.Breaker
	p, now := verify.Progress{Uploaded: upload, Asks: 1, Seed: 3}, upload
	for b.OpenUntil.IsZero() {
		b = b.Record(verify.Outage, time.Time{}, now)
		now = p.Next(verify.Outage, 0, now).At
		p.Asks++
	}
	if p.Asks > 8 || b.OpenedAt.Sub(upload) > 90*time.Second {
		t.Errorf("open after %d calls of one receipt at +%v", p.Asks, b.OpenedAt.Sub(upload))
	}
}

func TestWhenAnotherIsAsked(t *testing.T) {
	t.Parallel()
	var b verify.Breaker
	if !b.LostAt().IsZero() || b.Down(upload) {
		t.Error("a closed breaker is lost")
	}
	b = b.Record(verify.Auth, time.Time{}, upload)
	if got := b.LostAt(); !got.Equal(upload.Add(time.Minute)) || b.Polls() {
		t.Errorf("refused: lost at %v, polls %v", got, b.Polls())
	}
	if !b.Down(b.OpenUntil.Add(time.Minute)) || b.Down(b.OpenUntil.Add(time.Hour)) {
		t.Error("down while somebody might have asked since, and no longer")
	}
	b, _ = b.Ask(b.OpenUntil)
	b = b.Record(verify.Outage, b.OpenUntil, b.OpenUntil)
	if got := b.LostAt(); !got.Equal(upload.Add(time.Minute)) {
		t.Errorf("a probe failed: lost at %v, before a minute after it opened", got)
	}
	if calm, _ := b.Ask(upload.Add(5 * time.Hour)); !calm.LostAt().Equal(upload.Add(5*time.Hour + time.Minute)) {
		t.Errorf("nobody asked for hours: lost at %v", calm.LostAt())
	}
	b = verify.Breaker{}.Record(verify.RateDaily, time.Time{}, upload)
	if got := b.LostAt(); !got.Equal(upload) || !b.Polls() {
		t.Errorf("no more today: lost at %v, polls %v", got, b.Polls())
	}
	if b, _ = b.Ask(b.OpenUntil); b.LostAt().Before(b.OpenedAt.Add(time.Minute)) {
		t.Errorf("tomorrow: lost at %v", b.LostAt())
	}
}
