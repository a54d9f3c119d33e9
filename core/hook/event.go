package hook

import (
	"context"
	"fmt"
	"slices"
	"time"

	"besedka/storage"
)

// Kind is what happened.
type Kind string

// The kinds. Messages are told while people have the conversation: what the bot and the
// shopper say to each other is nobody's business at a help desk.
const (
	Queued        Kind = "conversation.queued" // people were called
	Taken         Kind = "conversation.taken"
	Released      Kind = "conversation.released"   // back into a queue
	GivenBack     Kind = "conversation.given_back" // the bot has it again
	Closed        Kind = "conversation.closed"     // with a reason; the bot has it again after that
	FromShopper   Kind = "message.shopper"
	FromColleague Kind = "message.staff"
)

// Kinds are all of them, in the order of a conversation's life.
var Kinds = []Kind{Queued, Taken, FromShopper, FromColleague, Released, Closed, GivenBack}

// Known says whether there is such a kind.
func Known(k Kind) bool { return slices.Contains(Kinds, k) }

// Event is one thing that happened.
type Event struct {
	Kind         Kind
	Conversation int64
	Staff        int64  // whose act; 0: of whoever has the conversation, if anybody; or Program
	Queue        string // "": the one it stands in
	Inbox        int64  // the shopper's message
	Said         string // key of the reply in the outbox, see conversation.Reply
	Reason       string // of Closed
}

// Program is who does what nobody of the staff has asked for.
const Program = -1

// Queue adds to b that events happened, behind what locks their conversations and before
// what changes whose they are. Where a conversation stands so already, nothing is told.
func Queue(b *storage.Batch, now time.Time, events []Event) {
	if len(events) > 0 {
		b.Exec(qTell, args(now, events)...)
	}
}

// TellTx is Queue within a transaction.
func TellTx(ctx context.Context, tx storage.Tx, now time.Time, e Event) error {
	if _, err := tx.Exec(ctx, qTell, args(now, []Event{e})...); err != nil {
		return fmt.Errorf("tell of conversation %d: %w", e.Conversation, err)
	}
	return nil
}

func args(now time.Time, events []Event) []any {
	n := len(events)
	kinds, conversations, staff, queues := make([]string, n), make([]int64, n), make([]int64, n), make([]string, n)
	inboxes, said, reasons := make([]int64, n), make([]string, n), make([]string, n)
	for i, e := range events {
		kinds[i], conversations[i], staff[i], queues[i] = string(e.Kind), e.Conversation, e.Staff, e.Queue
		inboxes[i], said[i], reasons[i] = e.Inbox, e.Said, e.Reason
	}
	return []any{kinds, conversations, staff, queues, inboxes, said, reasons, now}
}

// Events are kept for as long as an endpoint may be down, and then forgotten with what
// came of them.
var events = storage.Retention{Kept: Kept, Delete: qForget, Eldest: qEldest}

// Kept is for how long an event can be told, and told again.
const Kept = 30 * 24 * time.Hour

// ForgetStep deletes events that were kept long enough.
func ForgetStep(db *storage.DB) func(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	return func(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
		worked, next, err = events.Step(ctx, db, now)
		if err != nil {
			err = fmt.Errorf("forget events for webhooks: %w", err)
		}
		return worked, next, err
	}
}
