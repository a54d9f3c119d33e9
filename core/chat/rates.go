package chat

import (
	"strings"
	"time"
)

// Rates are how fast a messenger lets a bot write. They cost: an edit is a message.
type Rates struct {
	Account Rate // over all chats
	Chat    Rate // to one person
	Group   Rate // to a group, in place of Chat
}

// Rate is a leaky bucket: one in Every, and up to Burst at once after a pause. Any
// span of time t sees at most Burst + t/Every. Its zero value is no limit. The state
// of a bucket is one instant, full: when it will have all of its Burst again.
type Rate struct {
	Every time.Duration
	Burst int
}

// PerSecond is the rate that never lets more than n pass in any second, a tenth of
// them at once.
func PerSecond(n int) Rate {
	if n <= 0 {
		return Rate{}
	}
	burst := max(1, n/10)
	return Rate{Every: time.Second / time.Duration(max(1, n-burst)), Burst: burst}
}

// Limited says whether there is a limit at all.
func (r Rate) Limited() bool { return r.Burst > 0 }

// Free is how many may go now.
func (r Rate) Free(full, now time.Time) int {
	missing := full.Sub(now)
	if missing <= 0 {
		return r.Burst
	}
	return max(0, r.Burst-int((missing+r.Every-1)/r.Every))
}

// Level is full, which lies no further ahead than an empty bucket needs: nobody waits
// for a clock that was ahead and has been set back.
func (r Rate) Level(full, now time.Time) time.Time {
	if empty := now.Add(time.Duration(r.Burst) * r.Every); full.After(empty) {
		return empty
	}
	return full
}

// Take is the state after n more went now.
func (r Rate) Take(full, now time.Time, n int) time.Time {
	if full.Before(now) {
		full = now
	}
	return full.Add(time.Duration(n) * r.Every)
}

// Ready is when n may go at once; n is at most Burst.
func (r Rate) Ready(full time.Time, n int) time.Time {
	return full.Add(-time.Duration(r.Burst-n) * r.Every)
}

// Of is the rate of one chat of c.
func (r Rates) Of(c Channel, peer string) Rate {
	if c == Telegram && strings.HasPrefix(peer, "-") { // core.telegram.org/bots/api#chat: ids of groups are negative
		return r.Group
	}
	return r.Chat
}
