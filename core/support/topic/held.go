package topic

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// Held are words of the staff that did not leave because the shopper had written
// meanwhile. They are kept for a day.
type Held struct {
	Staff  int64  `db:"staff_id"` // their author
	Sealed []byte `db:"sealed"`   // under the shopper's key
	Newest int64  `db:"newest"`   // message of the shopper's that the author was warned of
}

// HoldTx keeps the words of a message in a topic, in place of what was kept of it before.
func HoldTx(ctx context.Context, tx storage.Tx, now time.Time, conversation, message int64, h Held) error {
	if _, err := tx.Exec(ctx, qHold, conversation, message, h.Staff, h.Sealed, h.Newest, now); err != nil {
		return fmt.Errorf("hold words in conversation %d: %w", conversation, err)
	}
	return nil
}

// HeldTx are the words that are kept of a message, locked to the end of tx; ok is false
// when none are.
func HeldTx(ctx context.Context, tx storage.Tx, conversation, message int64) (h Held, ok bool, err error) {
	rows, err := storage.Collect[Held](ctx, tx, qHeld, conversation, message)
	if err != nil {
		return h, false, fmt.Errorf("held words in conversation %d: %w", conversation, err)
	}
	if len(rows) == 0 {
		return h, false, nil
	}
	return rows[0], true, nil
}

// Holds says whether words of a message are kept.
func Holds(ctx context.Context, q storage.Querier, conversation, message int64) (bool, error) {
	rows, err := storage.Collect[Held](ctx, q, qHeld, conversation, message)
	if err != nil {
		return false, fmt.Errorf("look for held words in conversation %d: %w", conversation, err)
	}
	return len(rows) > 0, nil
}

// DropTx keeps the words of a message no longer.
func DropTx(ctx context.Context, tx storage.Tx, conversation, message int64) error {
	if _, err := tx.Exec(ctx, qHeldDrop, conversation, message); err != nil {
		return fmt.Errorf("drop held words in conversation %d: %w", conversation, err)
	}
	return nil
}
