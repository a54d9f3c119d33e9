package conversation

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// NotifyTx puts an event through the one door, in the transaction that made it
// happen. It goes to the given subject's conversation, or, when subject is 0,
// to the member's conversation that spoke last. A member without a
// conversation (registered at a desk) hears nothing, which is not an error.
func (s *Service) NotifyTx(ctx context.Context, tx storage.Tx, now time.Time, to Recipient, key string, e Event) error {
	rows, err := storage.Collect[recipientRow](ctx, tx, qRecipient, to.Member, to.Subject)
	if err != nil || len(rows) == 0 {
		return err
	}
	return s.eventTx(ctx, tx, now, rows[0], key, e)
}

func (s *Service) eventTx(ctx context.Context, tx storage.Tx, now time.Time, to recipientRow, key string, e Event) error {
	k, err := s.keys.Unwrap(to.WrappedKey)
	if err != nil {
		return fmt.Errorf("key of subject %d: %w", to.Subject, err)
	}
	var in inboxRows
	if err := in.add(to.Conversation, k, Wake{Key: "event/" + key, Event: &e}, "ready", now, now); err != nil {
		return err
	}
	var b storage.Batch
	in.queue(&b, false)
	return b.Send(ctx, tx)
}

// Recipient is whom an event concerns: a subject, a member, or a subject as
// long as there is one and else the member. 0 is nobody.
type Recipient struct{ Member, Subject int64 }

type recipientRow struct {
	Conversation int64  `db:"conversation"`
	Subject      int64  `db:"subject"`
	WrappedKey   []byte `db:"wrapped_key"`
}
