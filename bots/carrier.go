package bots

import "context"

// Carrier takes letters of one medium past the messengers: SMS or e-mail. Its methods
// are safe for concurrent use.
type Carrier interface {
	// Send hands one letter over and returns the provider's own name of it, if it has
	// one. It does not retry; its error is one of this package's.
	Send(ctx context.Context, l Letter) (external string, err error)
}

// Tracker is a Carrier that can be asked what became of a letter, even when the answer
// to Send was lost.
type Tracker interface {
	Carrier
	Track(ctx context.Context, l Letter) (Fate, error)
}

// Letter is one SMS or e-mail.
type Letter struct {
	Key         string // the same key is the same letter again
	To          string // +79991234567, or an address of e-mail
	Title, Text string // an SMS has no title
	Unsubscribe string // address that ends letters like it; "" for one that nobody can end
}

// Fate is what a provider knows of a letter.
type Fate string

// The fates.
const (
	Unheard     Fate = "unheard" // it has never been handed over
	OnTheWay    Fate = "on_the_way"
	Arrived     Fate = "delivered"
	Undelivered Fate = "undelivered" // and never will be
)
