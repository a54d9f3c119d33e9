package receipt

import (
	"testing"
	"time"

	"besedka/core/verify"
)

// An audit that gets no answer asks less and less often, and not for ever.
func TestAuditWithoutAnswerEnds(t *testing.T) {
	t.Parallel()
	bought := time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)
	for _, class := range []verify.Class{verify.Processing, verify.Unknown, verify.Protocol, verify.Outage, verify.Auth, verify.Expired} {
		a, now := audited{pending: pending{ID: 1, Bought: bought}, Round: 1}, bought.Add(auditFirst)
		for range 10_000 {
			r := reply{call: "poll", answer: verify.Answer{Class: class}}
			if a.MessageID == "" {
				r = reply{call: "send", messageID: "m", answer: verify.Answer{Class: verify.Processing}}
			}
			c := a.follow(r, now)
			if c.outcome != "" {
				if c.outcome != untold || c.dueAt != nil {
					t.Errorf("%s: ends as %s, due at %v", class, c.outcome, c.dueAt)
				}
				break
			}
			a.Asks, a.Polls, a.MessageID, a.AskedAt, now = c.asks, c.polls, c.messageID, c.askedAt, *c.dueAt
		}
		if lasted := now.Sub(bought); a.Asks > 40 || a.Asks < 20 || lasted < verify.KeptAtLeast || lasted > verify.KeptAtLeast+auditLongest+time.Minute {
			t.Errorf("%s: asked for %d times until %v after the purchase", class, a.Asks, lasted)
		}
	}
}
