package verify

import "time"

const (
	window     = 30 * time.Second // in which calls are counted
	enough     = 20               // calls in a window before failures mean an outage
	probeEvery = 15 * time.Second // one call let through while open
	lostAfter  = time.Minute      // open so long, a provider is not waited for if there is another
	calm       = 10 * time.Minute // without a call, longer than any wait of one receipt: what was before tells nothing of now
)

// Breaker stops asking a service that is down, for all receipts at once. It is a
// value: whoever uses it stores what the methods return, in a row that all
// processes share.
type Breaker struct {
	OpenUntil time.Time // zero: closed
	OpenedAt  time.Time // since when; zero: closed
	Cause     Class     // of the call because of which it is open for so long
	Failures  int       // in the window
	Calls     int       // in the window
	WindowAt  time.Time // when the window began
	FailingAt time.Time // the first failure after the last call that worked; zero: that was the last call
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
	if b.Cause == RateDaily || now.Sub(b.OpenUntil) > calm { // another day, or nobody asked
		b.OpenedAt, b.Cause = now, ""
	}
	b.OpenUntil = now.Add(probeEvery)
	return b, true
}

// Polls tells whether results of earlier requests may be fetched: they cost
// nothing of a day's quota.
func (b Breaker) Polls() bool { return b.OpenUntil.IsZero() || b.Cause == RateDaily }

// LostAt is from when on another provider should be asked, if there is one: at
// once when the day's quota is spent, else a minute after the breaker opened. It is
// zero while the breaker is closed.
func (b Breaker) LostAt() time.Time {
	if b.OpenUntil.IsZero() || b.Cause == RateDaily {
		return b.OpenedAt
	}
	return b.OpenedAt.Add(lostAfter)
}

// Down tells whether the last that is known of the service, and not long ago, is
// that it failed.
func (b Breaker) Down(now time.Time) bool { return b.Cause != "" && now.Sub(b.OpenUntil) <= calm }

// Record counts one call that ended at now with class c; probe is the OpenUntil
// that Ask gave when it let the call pass. The breaker opens when half of at least
// 20 calls in 30 seconds failed, when nothing has worked for 30 seconds (few
// receipts make few calls, and must not wait longer for another provider than
// many), and at once when the day's quota is spent or the access is refused. It
// closes when a probe works and nothing has opened it further meanwhile: what
// passed before it opened proves nothing about now.
func (b Breaker) Record(c Class, probe, now time.Time) Breaker {
	failed := c.Down()
	switch {
	case c == RateDaily:
		return b.open(c, now, untilTomorrow(now))
	case c == Auth || c == Config:
		return b.open(c, now, haltedWait)
	case !b.OpenUntil.IsZero() && failed:
		return b.open(c, now, probeEvery)
	case !b.OpenUntil.IsZero() && b.OpenUntil.After(probe):
		return b
	case !b.OpenUntil.IsZero():
		return Breaker{}
	}
	return b.count(c, failed, now)
}

func (b Breaker) open(c Class, now time.Time, wait time.Duration) Breaker {
	if b.OpenUntil.IsZero() {
		b.OpenedAt = now
	}
	if until := now.Add(wait); until.After(b.OpenUntil) || b.Cause == "" {
		b.OpenUntil, b.Cause = later(until, b.OpenUntil), c
	}
	return b
}

// count adds a call to the window while the breaker is closed.
func (b Breaker) count(c Class, failed bool, now time.Time) Breaker {
	if now.Sub(b.WindowAt) > calm {
		b.FailingAt = time.Time{}
	}
	if now.Sub(b.WindowAt) > window {
		b.WindowAt, b.Calls, b.Failures = now, 0, 0
	}
	b.Calls++
	if !failed {
		b.FailingAt = time.Time{}
		return b.judge(c, now)
	}
	b.Failures++
	if b.FailingAt.IsZero() {
		b.FailingAt = now
	}
	if now.Sub(b.FailingAt) >= window {
		return b.open(c, now, probeEvery)
	}
	return b.judge(c, now)
}

// judge opens a breaker half of whose calls failed.
func (b Breaker) judge(c Class, now time.Time) Breaker {
	if b.Calls >= enough && b.Failures*2 >= b.Calls {
		return b.open(c, now, probeEvery)
	}
	return b
}
