package conversation

import (
	"context"
	"fmt"

	"besedka/storage"
)

// LeapTx is for whoever restores a backup: messages written since it was made had the
// numbers that come next, and messengers know them by those. What would be sent under
// one again is taken for a repetition and shown to nobody, and what is told late of the
// one would be believed of the other.
func LeapTx(ctx context.Context, tx storage.Tx) error {
	if _, err := tx.Exec(ctx, qOutboxLeap); err != nil {
		return fmt.Errorf("leave out numbers of messages: %w", err)
	}
	return nil
}
