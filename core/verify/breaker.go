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

// Record counts one call that ended at now with class c; probe is the OpenUntil
// that Ask gave when it let the call pass. The breaker opens when half of at least
// 20 calls in 30 seconds failed, and at once when the day's quota is spent or the
// access is refused. It closes when a probe works and nothing has opened it further
// meanwhile: what passed before it opened proves nothing about now.
func (b Breaker) Record(c Class, probe, now time.Time) Breaker {
	failed := c == Outage || c == Protocol
	switch {
	case c == RateDaily:
		return b.open(now.Add(untilMidnight(now)))
	case c == Auth || c == Config:
		return b.open(now.Add(haltedWait))
	case !b.OpenUntil.IsZero() && failed:
		return b.open(now.Add(probeEvery))
	case !b.OpenUntil.IsZero() && b.OpenUntil.After(probe):
		return b
	case !b.OpenUntil.IsZero():
		return Breaker{}
	}
	return b.count(failed, now)
}

func (b Breaker) open(until time.Time) Breaker {
	b.OpenUntil = later(b.OpenUntil, until)
	return b
}

// count adds a call to the window while the breaker is closed.
func (b Breaker) count(failed bool, now time.Time) Breaker {
	if now.Sub(b.WindowAt) > window {
		b = Breaker{WindowAt: now}
	}
	b.Calls++
	if failed {
		b.Failures++
	}
	if b.Calls >= enough && b.Failures*2 >= b.Calls {
		return b.open(now.Add(probeEvery))
	}
	return b
}
