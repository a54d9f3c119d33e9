package support

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"besedka/core/conversation"
	"besedka/core/hook"
	"besedka/core/staff"
	"besedka/storage"
)

// Cases is what the staff do with the conversations that they have, beyond talking: who
// does not have one hears conversation.TakenError.
type Cases struct{ Door *conversation.Service }

// ErrColleague is the answer to who passes a conversation on to somebody who may have none.
var ErrColleague = errors.New("nobody of that number may have conversations")

// TransferTx hands a conversation over to a colleague, who has it from then on. Why is a
// note that the caller writes.
func (c Cases) TransferTx(ctx context.Context, tx storage.Tx, now time.Time, t conversation.Transfer) error {
	people, err := staff.WhoMay(ctx, tx, staff.Converse)
	if err != nil {
		return err
	}
	if t.To == t.Staff || !slices.ContainsFunc(people, func(p staff.Colleague) bool { return p.ID == t.To }) {
		return ErrColleague
	}
	taken, err := c.Door.TransferTx(ctx, tx, now, t)
	if err != nil {
		return err
	}
	return passedTx(ctx, tx, t.Conversation, taken, "transfer", t.Staff)
}

func passedTx(ctx context.Context, tx storage.Tx, conversation int64, taken conversation.Holding, how string, from int64) error {
	if _, err := tx.Exec(ctx, qPassed, conversation, taken.Since, how, from, taken.Fence); err != nil {
		return fmt.Errorf("note who passed conversation %d on: %w", conversation, err)
	}
	return nil
}

// MaxSnooze is how long a conversation is put off at most.
const MaxSnooze = 90 * 24 * time.Hour

// ErrTime is the answer to who puts a conversation off until a time that is over or too
// far away.
var ErrTime = errors.New("a conversation is put off until a time to come, within 90 days")

// SnoozeTx puts a conversation off: its holder sees it again at that time, or when the
// shopper writes.
func (c Cases) SnoozeTx(ctx context.Context, tx storage.Tx, now time.Time, id, by int64, until time.Time) error {
	if !until.After(now) || until.Sub(now) > MaxSnooze {
		return ErrTime
	}
	taken, err := c.Door.HoldTx(ctx, tx, id, by)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, qSnooze, id, taken.Since, now, until); err != nil {
		return fmt.Errorf("put conversation %d off: %w", id, err)
	}
	return nil
}

// TagTx marks a conversation that people have with these tags and no others; whoever of
// the staff may. The bot has it: conversation.ErrNotHeld.
func TagTx(ctx context.Context, tx storage.Tx, id int64, tags []string) error {
	done, err := tx.Exec(ctx, qTag, id, tags)
	switch {
	case err != nil:
		return fmt.Errorf("tag conversation %d: %w", id, err)
	case done.RowsAffected() == 0:
		return conversation.ErrNotHeld
	}
	return nil
}

// CloseTx gives a conversation back to the bot for the reason that is the Ended of g, which
// is kept once the bot has it. Whoever was not answered is not asked how they were helped: the Ask of g is left out.
func (c Cases) CloseTx(ctx context.Context, tx storage.Tx, now time.Time, g conversation.GiveBack) error {
	taken, err := c.Door.HoldTx(ctx, tx, g.Conversation, g.Staff)
	if err != nil {
		return err
	}
	helped, err := storage.Value[bool](ctx, tx, qHelped, g.Conversation, taken.Since)
	if err != nil {
		return fmt.Errorf("look whether conversation %d was answered: %w", g.Conversation, err)
	}
	if !helped {
		g.Ask = ""
	}
	g.By = g.Staff
	return c.Door.GiveBackTx(ctx, tx, now, g)
}

// Closing is a conversation that the bot has again in this moment, and why people are done
// with it.
type Closing struct {
	Conversation int64
	By           int64 // of the staff, 0: the program
	Ended        string
}

// QueueClosings adds to b why conversations are closed, before what lets the bot have them.
func QueueClosings(b *storage.Batch, now time.Time, all []Closing) {
	if len(all) == 0 {
		return
	}
	events := make([]hook.Event, len(all))
	ids, by, ended := make([]int64, len(all)), make([]int64, len(all)), make([]string, len(all))
	for i, c := range all {
		ids[i], by[i], ended[i] = c.Conversation, c.By, c.Ended
		events[i] = hook.Event{Kind: hook.Closed, Conversation: c.Conversation, Staff: cmp.Or(c.By, hook.Program), Reason: c.Ended}
	}
	hook.Queue(b, now, events)
	b.Exec(qClose, ids, by, ended, now)
}

// Quieted is why the program closes a conversation: the shopper was answered and has said
// nothing since.
const Quieted = "quiet"

// Closed is how many conversations were closed for one reason.
type Closed struct {
	Ended string `db:"ended" json:"reason"`
	Cases int64  `db:"cases" json:"conversations"`
}

// ClosedIn counts what was closed after one instant and up to another, by reason, the
// commonest first.
func ClosedIn(ctx context.Context, q storage.Querier, from, to time.Time) ([]Closed, error) {
	rows, err := storage.Collect[Closed](ctx, q, qClosed, from, to)
	if err != nil {
		return nil, fmt.Errorf("count closed conversations: %w", err)
	}
	return rows, nil
}
