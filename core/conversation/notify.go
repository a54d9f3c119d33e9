package conversation

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// NotifyTx puts an event through the one door, in the transaction that made it
// happen. It goes to the given subject's conversation, or, when subject is 0,
// to the member's conversation that spoke last. What a member is told goes to the
// messenger's chat and not to the one open inside it, unless the messenger's has never
// been spoken in or blocks us. A member without a conversation (registered at a desk)
// hears nothing, which is not an error.
func (s *Service) NotifyTx(ctx context.Context, tx storage.Tx, now time.Time, to Recipient, key string, e Event) error {
	return s.NotifyAllTx(ctx, tx, now, []News{{to, key, e}})
}

// News is an event for somebody, under a key that lets it happen once.
type News struct {
	To    Recipient
	Key   string
	Event Event
}

// NotifyAllTx is NotifyTx for many, in two round trips.
func (s *Service) NotifyAllTx(ctx context.Context, tx storage.Tx, now time.Time, all []News) error {
	var look, put storage.Batch
	found := make([]*[]recipientRow, len(all))
	for i, n := range all {
		found[i] = storage.Queue[recipientRow](&look, qRecipient, n.To.Member, n.To.Subject)
	}
	if err := look.Send(ctx, tx); err != nil {
		return err
	}
	var in inboxRows
	for i, n := range all {
		for _, to := range *found[i] {
			if err := s.addEvent(&in, now, to, n.Key, n.Event); err != nil {
				return err
			}
		}
	}
	in.queue(&put, false)
	return put.Send(ctx, tx)
}

func (s *Service) eventTx(ctx context.Context, tx storage.Tx, now time.Time, to recipientRow, key string, e Event) error {
	var in inboxRows
	if err := s.addEvent(&in, now, to, key, e); err != nil {
		return err
	}
	var b storage.Batch
	in.queue(&b, false)
	return b.Send(ctx, tx)
}

func (s *Service) addEvent(in *inboxRows, now time.Time, to recipientRow, key string, e Event) error {
	k, err := s.keys.Unwrap(to.WrappedKey)
	if err != nil {
		return fmt.Errorf("key of subject %d: %w", to.Subject, err)
	}
	return in.add(to.Conversation, k, Wake{Key: "event/" + key, Event: &e}, "ready", now, now)
}

// Recipient is whom an event concerns: a subject, in its very conversation; a member; or
// a subject as long as there is one and else the member. 0 is nobody.
type Recipient struct{ Member, Subject int64 }

type recipientRow struct {
	Conversation int64  `db:"conversation"`
	Subject      int64  `db:"subject"`
	WrappedKey   []byte `db:"wrapped_key"`
}
