package verify

import "time"

const (
	window     = 30 * time.Second // in which calls are counted
	enough     = 20               // calls in a window before failures mean an outage
	probeEvery = 15 * time.Second // one call let through while open
)

// Breaker stops asking a service that is down, for all receipts at once. It is a
// value: whoever uses it stores what the methods return, in a row that all
// processes share.
type Breaker struct {
	OpenUntil time.Time // zero: closed
	Failures  int       // in the window
	Calls     int       // in the window
	WindowAt  time.Time // when the window began
}

// Ask tells whether a call may be made at now. While open, one call passes each
// time OpenUntil is reached: the probe. The Breaker returned must be stored
// before the call, so that nobody else probes too.
func (b Breaker) Ask(now time.Time) (Breaker, bool) {
	if b.OpenUntil.IsZero() {
		return b, true
	}
	if now.Before(b.OpenUntil) {
		return b, false
	}
	b.OpenUntil = now.Add(probeEvery)
	return b, true
}

// Record counts one call that ended at now with class c. The breaker opens when
// half of at least 20 calls in 30 seconds failed, at once when the day's quota is
// spent or the access is refused, and closes with the first call that works.
func (b Breaker) Record(c Class, now time.Time) Breaker {
	switch c {
	case RateDaily:
		b.OpenUntil = now.Add(untilMidnight(now))
		return b
	case Auth, Config:
		b.OpenUntil = now.Add(haltedWait)
		return b
	}
	failed := c == Outage || c == Protocol
	if !b.OpenUntil.IsZero() {
		if !failed {
			return Breaker{}
		}
		b.OpenUntil = later(b.OpenUntil, now.Add(probeEvery))
		return b
	}
	if now.Sub(b.WindowAt) > window {
		b = Breaker{WindowAt: now}
	}
	b.Calls++
	if failed {
		b.Failures++
	}
	if b.Calls >= enough && b.Failures*2 >= b.Calls {
		b.OpenUntil = now.Add(probeEvery)
	}
	return b
}
