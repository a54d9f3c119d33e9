package verify

import (
	"fmt"
	"time"

	"besedka/core/fiscal"
)

// Class is what an answer or a failure means for a receipt, whichever provider
// gave it. Classes are stored with each attempt: do not rename them.
type Class string

// Answers about the receipt.
const (
	Processing Class = "processing"  // poll again
	Verified   Class = "verified"    // found; contents are in the Answer
	NotArrived Class = "not_arrived" // authentic, but the till has not delivered it yet
	TooOld     Class = "too_old"     // no longer kept by the tax service
	Forged     Class = "forged"      // the fiscal sign is wrong: never ask again for the same requisites
	Mismatch   Class = "mismatch"    // the contents are of another receipt than asked for
	Format     Class = "format"      // the requisites cannot be right
	Unsure     Class = "unsure"      // refused by one who does not tell forged from mistyped: another opinion is wanted
)

// Failures to get an answer.
const (
	Expired   Class = "expired"    // the message is gone: send again
	RateShort Class = "rate_short" // too many requests just now
	RateDaily Class = "rate_daily" // the day's quota is spent
	Outage    Class = "outage"
	Auth      Class = "auth"     // the token is refused even when fresh
	Config    Class = "config"   // our address, headers or rights: a person must act
	Protocol  Class = "protocol" // not the agreed wire
	Unknown   Class = "unknown"  // a code, fault or contents without a meaning here
)

// Final reports whether the class settles the receipt: asking again with the
// same requisites can bring nothing new, or is forbidden.
func (c Class) Final() bool {
	switch c {
	case Verified, TooOld, Forged, Mismatch, Format:
		return true
	}
	return false
}

// OfProvider reports whether the failure is the provider's, whichever receipt it
// was asked for: another provider may know better.
func (c Class) OfProvider() bool {
	switch c {
	case RateDaily, Outage, Auth, Config, Protocol:
		return true
	}
	return false
}

// Down reports whether nobody answered, or nobody who speaks the agreed wire: what
// was asked has come to nothing.
func (c Class) Down() bool { return c == Outage || c == Protocol }

// Query is one question: a receipt, and for whom it is asked.
type Query struct {
	QR   fiscal.QR
	User string // stable pseudonym of the shopper; the tax service counts by it
}

// Answer is what a provider says of a receipt.
type Answer struct {
	Class   Class          // Processing, Verified, NotArrived, TooOld, Forged, Mismatch, Format or Unsure
	Code    string         // the service's own code; "" while processing
	Text    string         // the service's own words, for the log
	Receipt fiscal.Receipt // set when Verified or Mismatch
}

// KeptAtLeast is how long the service surely keeps a receipt. It forgets after
// about two and a half months and then gives the same code as before arrival.
const KeptAtLeast = 30 * 24 * time.Hour

// Judge weighs the answer against what was asked: contents of another receipt
// are a Mismatch, and one not found long after its purchase is TooOld.
func (a Answer) Judge(q fiscal.QR, purchased, now time.Time) Answer {
	if a.Class == Verified {
		if m := a.Receipt.Compare(q); len(m) > 0 {
			a.Class, a.Text = Mismatch, fmt.Sprintf("contents differ in %v", m)
		}
	}
	if a.Class == NotArrived && now.Sub(purchased) > KeptAtLeast {
		a.Class = TooOld
	}
	return a
}

// A Failure is the error of Send, Poll and Check: no answer about the receipt.
type Failure struct {
	Class      Class
	RetryAfter time.Duration // the least wait that the service demands; 0 leaves it to the schedule
	Code       string        // the service's code or HTTP status; "" when nothing came
	cause      error
}

func (f *Failure) Error() string {
	return fmt.Sprintf("no answer, %s: %v", f.Class, f.cause)
}

func (f *Failure) Unwrap() error { return f.cause }
