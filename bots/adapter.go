package bots

import (
	"context"
	"net/http"
	"time"

	"besedka/core/chat"
)

// Adapter speaks one messenger as one account (one bot). Its methods are safe
// for concurrent use.
type Adapter interface {
	Channel() chat.Channel
	// Account names the bot among all accounts: "telegram/123456".
	Account() string
	// Send delivers one wire message to peer and returns the messenger's own
	// id of it. The id given is the outbox row's: a messenger that knows
	// idempotency keys gets it as one. It does not retry; its error is one of
	// this package's.
	Send(ctx context.Context, peer, id string, w chat.Wire) (external string, err error)
	// Fetch downloads the file behind chat.Photo.Remote. A file longer than
	// limit bytes is ErrTooBig, one the messenger no longer has is ErrGone.
	Fetch(ctx context.Context, remote string, limit int64) ([]byte, error)
}

// Editor is an Adapter whose messenger lets a message be changed after it was
// sent.
type Editor interface {
	Adapter
	// Edit makes the message external, which Send returned, say w. To do it again
	// is no error. ErrRejected is the answer when that message cannot be changed,
	// or is gone.
	Edit(ctx context.Context, peer, id, external string, w chat.Wire) error
}

// Listener is an Adapter that asks its messenger for news. At most one process
// at a time may run one account.
type Listener interface {
	Adapter
	// Run hands over what arrives until ctx ends or the messenger refuses the
	// account. It confirms to the messenger only what sink has taken.
	Run(ctx context.Context, sink Sink) error
}

// Hooked is a Listener whose messenger can post its news to us. The handler
// answers well only once sink has taken them, and takes none from a stranger.
type Hooked interface {
	Listener
	Webhook(sink Sink) http.Handler
}

// Troubled is a Listener whose account may come to need a person.
type Troubled interface {
	Listener
	// Trouble says why nothing is sent or heard until somebody acts; "" when all
	// is well, or another process listens.
	Trouble() string
}

// Sink takes a batch and returns nil once it is committed. On an error nothing
// is taken and the batch is to be offered again.
type Sink func(ctx context.Context, b Batch) error

// Batch is what one account received at once, in the messenger's order; the
// renames happened before the messages.
type Batch struct {
	Account  string
	Messages []Received
	Statuses []Status
	Renames  []Rename
	Poison   []Poison
	Cursor   string // where the messenger is to go on after this batch, when it does not remember; kept in the same commit
}

// Received is one thing a person did.
type Received struct {
	Key   string // unique among the peer's own: the same key is the same message again
	Peer  string // the chat, by the messenger's id
	Alias string // another id the messenger has of the same person today, "" = none
	At    time.Time
	In    chat.Inbound
}

// Poison is an update nobody could decode. It is kept for a person to look at
// and does not hold up the rest.
type Poison struct {
	Key    string // unique in the account
	Raw    []byte
	Reason string // without any of the content
}
