package receipt

import (
	"testing"
	"time"

	"besedka/core/fiscal"
	"besedka/core/verify"
)

func claim(t *testing.T, text string) fiscal.QR {
	t.Helper()
	q, err := fiscal.Parse(text + "&fn=9289000100000001&i=1&fp=2&n=1")
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestMeet(t *testing.T) {
	t.Parallel()
	const duplicate, waits, both = "duplicate", "waits", "waits, told duplicate"
	tests := []struct {
		name, held, claimed string
		known               bool
		want                string
	}{
		{"the same", "t=20260503T1130&s=1700.00", "t=20260503T113000&s=1700.0", false, duplicate},
		{"another sum", "t=20260503T1130&s=9700.00", "t=20260503T1130&s=1700.00", false, waits},
		{"another sum of a known receipt", "t=20260503T1130&s=1700.00", "t=20260503T1130&s=9700.00", true, duplicate},
		{"another minute", "t=20260503T1131&s=1700.00", "t=20260503T1130&s=1700.00", false, waits},
		{"other seconds", "t=20260503T113059&s=1700.00", "t=20260503T1130&s=1700.00", false, both},
		{"one reading of two held", "t=20260503T1130&s=1700", "t=20260503T1130&s=17.00", false, duplicate},
		{"the second reading may be the true one", "t=20260503T1130&s=1700.00", "t=20260503T1130&s=1700", false, both},
	}
	for _, tt := range tests {
		h := holder{Member: 1, State: Queued, Claim: claim(t, tt.held)}
		if tt.known {
			h.State = Credited
		}
		v := h.meet(claim(t, tt.claimed), 2)
		got := map[verdict]string{{told: DuplicateOther}: duplicate, {waits: true}: waits, {waits: true, told: DuplicateOther}: both}[v]
		if got != tt.want {
			t.Errorf("%s: %+v, want %s", tt.name, v, tt.want)
		}
	}
}

// A provider that is down is not asked at every probe for what a person has.
func TestManualReceiptWaitsForTomorrow(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)
	down := reply{call: "send", instead: true, answer: verify.Answer{Class: verify.Outage}}
	for state, want := range map[State]time.Duration{Queued: 0, Waiting: 0, Manual: 24 * time.Hour} {
		c := pending{ID: 1, State: state, QueuedAt: now.Add(-25 * time.Hour)}.follow(down, now)
		if c.state != state || c.dueAt == nil || c.dueAt.Sub(now) != want {
			t.Errorf("%s: %s, due at %v, want in %v", state, c.state, c.dueAt, want)
		}
	}
}

func TestFollow(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)
	polled := pending{ID: 1, Sum: 1700_00, State: Queued, MessageID: "m", Asks: 1, AskedAt: &now, QueuedAt: now}
	with := func(change func(*pending)) pending {
		p := polled
		change(&p)
		return p
	}
	late := with(func(p *pending) { p.State, p.QueuedAt = Manual, now.Add(-25*time.Hour) })
	tests := []struct {
		name      string
		p         pending
		class     verify.Class
		state     State
		reason    Reason
		due       time.Duration // -1: never again
		messageID string
	}{
		{"contents of another receipt", polled, verify.Mismatch, Rejected, "mismatch", -1, ""},
		{"the sum may be kopecks", with(func(p *pending) { p.Ambiguous = true }), verify.Mismatch, Queued, "", 0, ""},
		{"forgotten by the tax service", polled, verify.TooOld, Manual, "too_old", -1, ""},
		{"still processing", polled, verify.Processing, Queued, "", 1700 * time.Millisecond, "m"},
		{"the message is gone", polled, verify.Expired, Queued, "", 0, ""},
		{"no meaning, too often", with(func(p *pending) { p.Asks, p.Unknowns = 6, 5 }), verify.Unknown, Manual, "unknown", 24 * time.Hour, ""},
		{"a person has it: processing", late, verify.Processing, Manual, "", 1700 * time.Millisecond, "m"},
		{"a person has it: not yet", late, verify.NotArrived, Manual, "", 24 * time.Hour, ""},
		{"a person has it: polled enough", with(func(p *pending) { *p = late; p.Polls = 8 }), verify.Processing, Manual, "", 24 * time.Hour, ""},
		{"a person has it: forged", late, verify.Forged, Rejected, "forged", -1, ""},
		{"a person has had it for a month", with(func(p *pending) { *p = late; p.QueuedAt = now.Add(-31 * 24 * time.Hour) }), verify.NotArrived, Manual, "", -1, ""},
	}
	for _, tt := range tests {
		c := tt.p.follow(reply{call: "poll", answer: verify.Answer{Class: tt.class}}, now)
		due := time.Duration(-1)
		if c.dueAt != nil {
			due = c.dueAt.Sub(now)
		}
		if c.state != tt.state || c.reason != tt.reason || due != tt.due || c.messageID != tt.messageID {
			t.Errorf("%s: %s %q due in %v with message %q", tt.name, c.state, c.reason, due, c.messageID)
		}
	}
}
