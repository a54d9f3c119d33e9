package web

import (
	"context"
	"time"

	"besedka/core/source"
)

// Demo is what stands behind the demonstration page.
type Demo struct {
	// Story tells what happened behind one peer's chat; the zero Story when
	// nothing has yet.
	Story func(ctx context.Context, peer string) (Story, error)
	// Fault switches the emulated tax service to one of Services.
	Fault func(ctx context.Context, service string) error
	// Books recomputes every balance from its postings.
	Books func(ctx context.Context) (BooksReport, error)
	// Receipt draws a picture of the visitor's tray, one of Tray, as PNG. Both
	// shoppers of a browser are one visitor, so that one can send the other's.
	Receipt func(ctx context.Context, visitor, kind string) ([]byte, error)
	// Problems are the mistakes of the edited script that keep it from being
	// published.
	Problems func() []*source.Problem
	Script   string // the file to edit, as its editor knows it
}

// Services are the states of the emulated tax service: it answers, it is
// slow, it is down.
var Services = []string{"up", "slow", "down"}

// Tray are the pictures to send: two good receipts of today, one without a
// QR, one of a forged document, and a pizza. The first one is there twice, to
// be sent again.
var Tray = []string{"good", "again", "another", "noqr", "forged", "pizza"}

// Story is what happened behind one chat, newest first in every list. Service
// and Release are told of any peer.
type Story struct {
	Service  string // one of Services
	Release  string // id of the release this chat runs on
	Flow     string
	Step     string // the step that waits
	Turns    []Turn
	Receipts []Receipt
	Calls    []Call
	Postings []Posting
	Balance  int64 // points, minor units
}

// Turn is one step of the script to the next.
type Turn struct {
	N       int64
	In, Out string
	At      time.Time
}

// Receipt is one receipt of the shopper and where it stands.
type Receipt struct {
	ID     int64
	Sum    int64  // kopecks
	State  string // receipt.state: queued, waiting, manual, verified, credited, rejected, revoked, partially_refunded, refunded
	Reason string
	Due    time.Time // when the tax service is asked again; zero when it is not
}

// Call is one request to the tax service.
type Call struct {
	ID      int64
	Receipt int64
	Method  string // send, poll
	Code    string // its answer's code, or its verify.Class when it had none
	Good    bool   // the receipt is confirmed
	At      time.Time
}

// Posting is one line of the ledger, both sides of a transaction shown.
type Posting struct {
	ID      int64
	Account string // account.kind
	Amount  int64  // points, minor units
	Key     string // of the transaction
	At      time.Time
}

// BooksReport is the outcome of a check of the whole ledger.
type BooksReport struct {
	Transactions, Postings, Members int64
	Wrong                           []string // what does not add up, in words; empty when all does
}
