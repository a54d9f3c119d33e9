package conversation

import (
	"context"
	"fmt"

	"besedka/storage"
)

// Cursor is where reading an account goes on, as the last Arrival said; "" when it
// has never been read. A messenger that does not remember what we have taken would
// else lose what came while nobody was reading.
func (s *Service) Cursor(ctx context.Context, account string) (string, error) {
	at, err := storage.Value[string](ctx, s.db, qCursor, account)
	if err != nil {
		return "", fmt.Errorf("look where to read %s on: %w", account, err)
	}
	return at, nil
}

// queueCursor moves on in the commit of what was read. Who reads without leading
// any more may set it back: then something is read twice.
func queueCursor(b *storage.Batch, a Arrival) {
	if a.Cursor != "" {
		b.Exec(qCursorMove, a.Account, a.Cursor)
	}
}
