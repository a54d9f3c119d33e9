package receipt

import (
	"time"

	"besedka/core/fiscal"
	"besedka/core/verify"
)

// A receipt with a person is still asked for once a day, for as long as a till
// without a network may keep it back.
const (
	backgroundEvery = 24 * time.Hour
	backgroundLast  = 30 * 24 * time.Hour
)

// change is what an answer makes of a pending receipt.
type change struct {
	state     State
	reason    Reason
	authentic bool
	asks      int
	polls     int
	messageID string // "" sends anew
	askedAt   *time.Time
	dueAt     *time.Time
	sum       int64
	ambiguous bool
	contents  *fiscal.Receipt
	doubted   bool
	unknowns  int
}

// after is p with the call of r counted.
func (p pending) after(r reply, now time.Time) pending {
	switch r.call {
	case "send":
		p.Asks, p.Polls, p.AskedAt, p.MessageID = p.Asks+1, 0, &now, r.messageID // spent even when the reply was lost
	case "poll":
		p.Polls++
	}
	return p
}

// follow decides what comes after r. The schedule is package verify's; what an
// answer means for the receipt is decided here. It touches nothing.
func (p pending) follow(r reply, now time.Time) change {
	p = p.after(r, now)
	if r.answer.Class == verify.Unknown {
		p.Unknowns++
	}
	c := change{
		state: p.State, asks: p.Asks, polls: p.Polls, messageID: p.MessageID, askedAt: p.AskedAt,
		sum: p.Sum, ambiguous: p.Ambiguous, doubted: p.Doubted || r.doubt, unknowns: p.Unknowns,
	}
	if r.answer.Class == verify.NotArrived && !r.second { // which looks at the sign first, before it looks for the receipt
		c.state, c.authentic = Waiting, true
	}
	next := p.progress().Next(r.answer.Class, r.wait, now)
	if next.Do != verify.Poll {
		c.messageID = ""
	}
	switch {
	case r.doubt, r.instead && p.State != Manual: // which a person has, and which is asked for once a day
		c.dueAt, c.messageID = &now, ""
		return c
	case next.Do == verify.Settle, r.answer.Class == verify.Unsure && p.Ambiguous:
		return c.settled(p, r, now)
	case next.Do == verify.Poll, next.Do == verify.Ask && p.State != Manual:
		c.dueAt = &next.At
		return c
	}
	return c.toPerson(p, r.answer.Class, now)
}

// settled applies an answer that leaves nothing to ask for.
func (c change) settled(p pending, r reply, now time.Time) change {
	switch a := r.answer; a.Class {
	case verify.Verified:
		c.state, c.authentic, c.contents, c.dueAt = Verified, true, &a.Receipt, &now
		return c
	case verify.TooOld: // its sign is right if the tax service says so, but nobody keeps its contents
		c.state, c.reason, c.authentic = Manual, Reason(a.Class), !r.second
		return c
	}
	if other, ok := p.claim().Alternative(); ok { // once: it is not ambiguous any more
		c.sum, c.ambiguous, c.dueAt = other.Sum, false, &now
		return c
	}
	c.state, c.reason = Rejected, Reason(r.answer.Class)
	return c
}

// toPerson hands the receipt over, or leaves it there until tomorrow.
func (c change) toPerson(p pending, class verify.Class, now time.Time) change {
	c.state = Manual
	switch {
	case p.State == Manual: // it has its reason
	case class == verify.Unsure: // it may be forged, and who may be is not asked for again
		c.reason = Reason(class)
		return c
	case class == verify.Unknown:
		c.reason = Reason(class)
	default:
		c.reason = Timeout
	}
	if now.Sub(p.QueuedAt) < backgroundLast {
		tomorrow := now.Add(backgroundEvery)
		c.dueAt = &tomorrow
	}
	return c
}
