package webchat

import (
	"context"
	"time"

	"besedka/bots"
	"besedka/core/chat"
)

// Adapter is the web chat of this installation. See bots.Adapter.
type Adapter struct {
	sink bots.Sink
	read func(ctx context.Context, blob string, limit int64) ([]byte, error)
	now  func() time.Time
}

// New is the adapter. What it receives goes to sink; read opens an uploaded
// blob and returns package bots' errors.
func New(sink bots.Sink, read func(ctx context.Context, blob string, limit int64) ([]byte, error), now func() time.Time) *Adapter {
	return &Adapter{sink: sink, read: read, now: now}
}

// Channel implements bots.Adapter.
func (a *Adapter) Channel() chat.Channel { return chat.Webchat }

// Account implements bots.Adapter; there is one.
func (a *Adapter) Account() string { return "webchat" }

// Accept takes what the person behind peer did in the browser and returns once
// it is committed. key is the browser's own: the same key from the same peer
// is the same message again.
func (a *Adapter) Accept(ctx context.Context, peer, key string, in chat.Inbound) error {
	return a.sink(ctx, bots.Batch{
		Account:  a.Account(),
		Messages: []bots.Received{{Key: key, Peer: peer, At: a.now(), In: in}},
	})
}

// Send implements bots.Adapter. The page reads the transcript, so there is
// nothing to do but let the row be marked.
func (a *Adapter) Send(context.Context, string, string, chat.Wire) (string, error) { return "", nil }

// Edit implements bots.Editor: the line in the transcript says what it changes.
func (a *Adapter) Edit(context.Context, string, string, string, chat.Wire) error { return nil }

// Fetch implements bots.Adapter; remote is the blob's id.
func (a *Adapter) Fetch(ctx context.Context, remote string, limit int64) ([]byte, error) {
	return a.read(ctx, remote, limit)
}
