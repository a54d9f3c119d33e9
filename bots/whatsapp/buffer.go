//go:build !nowhatsmeow

package whatsapp

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"go.mau.fi/whatsmeow/store"
)

// buffer ends the session when the database fails under a message. The library
// takes that for a message that cannot be read, and confirms it; a session that has
// ended confirms nothing. It also keeps reading and writing apart, which the library
// does not.
type buffer struct {
	store.EventBuffer
	ratchet *sync.Mutex
	db      *sql.DB
	end     context.CancelCauseFunc
}

// GetBufferedEvent implements store.EventBuffer.
func (b buffer) GetBufferedEvent(ctx context.Context, hash [32]byte) (*store.BufferedEvent, error) {
	e, err := b.EventBuffer.GetBufferedEvent(ctx, hash)
	if err != nil {
		b.end(fmt.Errorf("%w: %w", errNotTaken, err))
	}
	return e, err
}

// DoDecryptionTxn implements store.EventBuffer. A message that is wrong and a
// database that is away give errors of no kind: a ping tells them apart.
func (b buffer) DoDecryptionTxn(ctx context.Context, decrypt func(context.Context) error) error {
	b.ratchet.Lock()
	defer b.ratchet.Unlock()
	var wrong error
	err := b.EventBuffer.DoDecryptionTxn(ctx, func(ctx context.Context) error {
		wrong = decrypt(ctx)
		return wrong
	})
	if err == nil {
		return nil
	}
	if wrong == nil || b.db.PingContext(ctx) != nil {
		b.end(fmt.Errorf("%w: %w", errNotTaken, err))
	}
	return err
}
