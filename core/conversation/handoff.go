package conversation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/expr"
	"besedka/storage"
)

// ErrNotHeld is the answer to who gives back a conversation that the bot has.
var ErrNotHeld = errors.New("the bot has this conversation")

// Held is a conversation that people have, by ids only.
type Held struct {
	ID        int64     `db:"id" json:"id"`
	Member    int64     `db:"member_id" json:"member"`
	Channel   string    `db:"channel" json:"channel"`
	Lifecycle string    `db:"lifecycle" json:"lifecycle"` // queued or operator
	Queue     string    `db:"queue" json:"queue"`
	Since     time.Time `db:"queued_at" json:"since"`
}

// Helds are up to limit conversations that people have, by id, behind the one
// with the id after (0: from the first).
func Helds(ctx context.Context, q storage.Querier, after int64, limit int) ([]Held, error) {
	rows, err := storage.Collect[Held](ctx, q, qHeld, after, limit)
	if err != nil {
		return nil, fmt.Errorf("conversations that people have: %w", err)
	}
	return rows, nil
}

// GiveBackTx lets the bot speak again in a conversation that people have: its
// event comes through the one door. The same key does it once.
func (s *Service) GiveBackTx(ctx context.Context, tx storage.Tx, now time.Time, conversation int64, key string) error {
	row, err := storage.One[heldBy](ctx, tx, qHeldOne, conversation)
	switch {
	case err != nil:
		return err
	case row.Lifecycle == "bot":
		return ErrNotHeld
	}
	since := expr.CountOf(row.Since.Unix())
	return s.eventTx(ctx, tx, now, row.recipientRow, key, Event{Name: GivenBack, Args: map[string]expr.Value{"since": since}})
}

// GivenBack is the event that ends a handoff, see dialogs.
const GivenBack = "conversation.given_back"

type heldBy struct {
	recipientRow
	Lifecycle string    `db:"lifecycle"`
	Since     time.Time `db:"queued_at"`
}

// QueueHandOffs adds to b that people have conversations now; QueueTakeUps that
// the bot has.
func QueueHandOffs(b *storage.Batch, now time.Time, conversations []int64, queues []string) {
	if len(conversations) > 0 {
		b.Exec(qHandOff, conversations, queues, now)
	}
}

// QueueTakeUps is said at QueueHandOffs.
func QueueTakeUps(b *storage.Batch, conversations []int64) {
	if len(conversations) > 0 {
		b.Exec(qTakeUp, conversations)
	}
}
