package verify

import (
	"hash/fnv"
	"strconv"
	"time"
)

// Patience is how long after the upload we ask by ourselves; then a person looks.
const Patience = 24 * time.Hour

// asks are the instants, counted from the upload, at which a receipt that had
// not arrived is asked for again. Tills deliver seconds to minutes after
// printing, shops without a network hours later. The ask at 22 s is the last whose
// answer is there within half a minute, which is what most shoppers are promised.
var asks = []time.Duration{
	0, 12 * time.Second, 22 * time.Second, 45 * time.Second, 90 * time.Second,
	3 * time.Minute, 6 * time.Minute, 12 * time.Minute, 25 * time.Minute, 45 * time.Minute, 75 * time.Minute,
	2 * time.Hour, 3 * time.Hour, 3*time.Hour + 50*time.Minute,
	6 * time.Hour, 9 * time.Hour, 13 * time.Hour, 18 * time.Hour, 23*time.Hour + 30*time.Minute,
}

// polls are the instants, counted from a Send, at which its result is looked for.
var polls = []time.Duration{
	700 * time.Millisecond, 1700 * time.Millisecond, 3 * time.Second, 5 * time.Second, 8 * time.Second,
	12 * time.Second, 17 * time.Second, 23 * time.Second, 29 * time.Second,
}

const (
	pollGap       = time.Second      // the service's limit is one poll a second for a message
	messageLife   = 55 * time.Second // results are kept for about a minute; beyond this we send anew
	firstBackoff  = 2 * time.Second  // after the first outage, doubling
	longestWait   = 5 * time.Minute  // between attempts in an outage
	haltedWait    = 10 * time.Minute // while a person must mend the access
	methodWait    = 60 * time.Second // after a limit of the method
	unknownTries  = 6                // codes without a meaning are met so often, then a person looks
	lastAskMargin = 5 * time.Minute  // before Patience ends
)

// Progress is how far the asking for one receipt has come, the call just made
// included; package receipt keeps it in its table.
type Progress struct {
	Uploaded time.Time
	Asked    time.Time // the last Send
	Asks     int       // Sends so far
	Polls    int       // Polls of the last Send's message; 0 when the call just made was a Send
	Unknowns int       // classes Unknown so far
	Seed     int64     // spreads receipts apart: the receipt's id
}

// Do is what comes next for a receipt.
type Do string

// The things to do next.
const (
	Ask    Do = "ask"    // Send
	Poll   Do = "poll"   // Poll the message of the last Send
	Settle Do = "settle" // the class is final
	Person Do = "person" // hand over to a person; asking goes no further
)

// Next is one step of the schedule.
type Next struct {
	Do Do
	At time.Time
}

// Next decides what follows class c, which came at now from the Send or Poll just
// made: Processing after a Send that went well, else the class of the Answer or
// of the Failure, whose RetryAfter is wait.
func (p Progress) Next(c Class, wait time.Duration, now time.Time) Next {
	switch {
	case c.Final():
		return Next{Settle, now}
	case c == Processing, p.Polls > 0 && (c.Down() || c == RateShort):
		return p.nextPoll(wait, now)
	case !now.Before(p.Uploaded.Add(Patience)), c == Unknown && p.Unknowns >= unknownTries, c == Unsure:
		return Next{Person, now}
	}
	return Next{Ask, earlier(p.nextAsk(c, wait, now), p.Uploaded.Add(Patience))}
}

// nextPoll looks for the result of the last Send; a message that has had all its
// polls is given up and its receipt asked for anew: soon the first time, then less
// and less often, because each costs a request of the quota.
func (p Progress) nextPoll(wait time.Duration, now time.Time) Next {
	if p.Polls >= len(polls) {
		if p.Asks > 1 {
			wait = max(wait, p.backoff())
		}
		return Next{Ask, later(p.Asked.Add(messageLife), now.Add(wait))}
	}
	return Next{Poll, later(p.Asked.Add(polls[p.Polls]), now.Add(max(wait, p.gap())))}
}

// gap keeps us within the service's one poll a second even when we are late.
func (p Progress) gap() time.Duration {
	if p.Polls == 0 {
		return 0
	}
	return pollGap
}

// nextAsk is when to Send again.
func (p Progress) nextAsk(c Class, wait time.Duration, now time.Time) time.Time {
	switch c {
	case NotArrived:
		return p.nextOfSchedule(now)
	case Expired:
		return p.resend(now)
	case RateShort:
		return now.Add(max(wait, methodWait))
	case RateDaily, Auth, Config: // it is the provider that has to wait, by its Breaker: the receipt may go to another
		return now.Add(p.backoff())
	}
	return now.Add(max(wait, p.backoff()))
}

// nextOfSchedule is the first instant of the schedule after now.
func (p Progress) nextOfSchedule(now time.Time) time.Time {
	for i := 1; i < len(asks); i++ {
		at := p.Uploaded.Add(asks[i] + p.jitter(i, asks[i]-asks[i-1]))
		at = earlier(at, p.Uploaded.Add(Patience-lastAskMargin))
		if at.After(now) {
			return at
		}
	}
	return p.Uploaded.Add(Patience)
}

// resend is at once for a message whose time was over. One lost before that was
// lost by the service, and the next may be too: each costs a request of the quota.
func (p Progress) resend(now time.Time) time.Time {
	if p.Asks <= 1 || now.Sub(p.Asked) >= messageLife {
		return now
	}
	return now.Add(p.backoff())
}

// backoff doubles with every Send of the receipt, up to longestWait.
func (p Progress) backoff() time.Duration {
	wait := firstBackoff
	for i := 1; i < p.Asks && wait < longestWait; i++ {
		wait *= 2
	}
	wait = min(wait, longestWait)
	return wait + p.jitter(p.Asks, wait)
}

// jitter is -15 % to +15 % of d, always the same for one receipt and step.
func (p Progress) jitter(step int, d time.Duration) time.Duration {
	h := fnv.New64a()
	h.Write([]byte(strconv.FormatInt(p.Seed, 10) + "/" + strconv.Itoa(step)))
	permille := int64(h.Sum64()%301) - 150
	return d / 1000 * time.Duration(permille)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
