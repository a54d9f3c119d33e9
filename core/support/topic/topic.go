package topic

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// Topic is how a conversation stands in the group; without a Thread it does not.
type Topic struct {
	Conversation int64      `db:"conversation_id"`
	Chat         int64      `db:"chat_id"`
	Thread       int64      `db:"thread_id"` // 0: there is none, or none any more
	Card         int64      `db:"card_id"`   // 0: none stands there
	CardMark     string     `db:"card"`      // a digest of what it says
	Pinned       bool       `db:"pinned"`
	Closed       bool       `db:"closed"`
	Since        time.Time  `db:"since"` // what was said from then on is shown, and a little before it
	Mark         string     `db:"mark"`  // of the conversation as it is shown, see support.ThreadMark
	PostedAt     *time.Time `db:"posted_at"`
	Tries        int        `db:"tries"`   // of the next post, of which it is not known whether they arrived
	Title        string     `db:"title"`   // what it is called
	Closing      int64      `db:"closing"` // fence of the taking of which the card asks why it is closed, 0: none
}

// Work is a conversation that the group shows, or has to.
type Work struct {
	Conversation int64      `db:"id"`
	Mark         string     `db:"mark"`      // as the topic shows it
	Closing      int64      `db:"closing"`   // see Topic
	Forgotten    bool       `db:"forgotten"` // its person is erased: the topic goes
	Held         bool       `db:"held"`      // somebody has taken it
	Stands       bool       `db:"stands"`    // there is a topic
	PostedAt     *time.Time `db:"posted_at"`
	QueuedAt     *time.Time `db:"queued_at"`
}

// WorkLimit is how many conversations are read at once.
const WorkLimit = 200

// Works are up to WorkLimit conversations that people have, and those whose topics are to
// be closed, by number, behind the one with the number after (0: from the first).
func Works(ctx context.Context, q storage.Querier, chat, after int64) ([]Work, error) {
	rows, err := storage.Collect[Work](ctx, q, qWorks, chat, after, WorkLimit)
	if err != nil {
		return nil, fmt.Errorf("conversations of group %d: %w", chat, err)
	}
	return rows, nil
}

// Forgotten are the conversations in a group whose persons were erased. It reads all
// topics that there ever were.
func Forgotten(ctx context.Context, q storage.Querier, chat int64) ([]Work, error) {
	rows, err := storage.Collect[Work](ctx, q, qForgotten, chat, WorkLimit)
	if err != nil {
		return nil, fmt.Errorf("forgotten conversations of group %d: %w", chat, err)
	}
	return rows, nil
}

// Of is the topic of a conversation in a group, the zero Topic when there is none.
func Of(ctx context.Context, q storage.Querier, chat, conversation int64) (Topic, error) {
	t, err := storage.One[Topic](ctx, q, qTopic, chat, conversation)
	if errors.Is(err, storage.ErrNotFound) {
		return Topic{Conversation: conversation, Chat: chat}, nil
	}
	if err != nil {
		err = fmt.Errorf("topic of conversation %d: %w", conversation, err)
	}
	return t, err
}

// At is the topic with a thread, OfCard the one with a card; storage.ErrNotFound when none
// has.
func At(ctx context.Context, q storage.Querier, chat, thread int64) (Topic, error) {
	return at(ctx, q, qTopicAt, chat, thread)
}

// OfCard is said at At.
func OfCard(ctx context.Context, q storage.Querier, chat, card int64) (Topic, error) {
	return at(ctx, q, qTopicOfCard, chat, card)
}

func at(ctx context.Context, q storage.Querier, sql string, chat, what int64) (Topic, error) {
	t, err := storage.One[Topic](ctx, q, sql, chat, what)
	if err != nil {
		err = fmt.Errorf("topic by %d: %w", what, err)
	}
	return t, err
}

// AskTx lets the card of a topic ask why its conversation is closed, for as long as the
// taking with this fence lasts; 0: it does not ask. Save leaves it as it is.
func AskTx(ctx context.Context, tx storage.Tx, chat, conversation, fence int64) error {
	if _, err := tx.Exec(ctx, qTopicClosing, chat, conversation, fence); err != nil {
		return fmt.Errorf("ask why conversation %d is closed: %w", conversation, err)
	}
	return nil
}

// Save keeps how a topic stands now. One process at a time works on a group.
func Save(ctx context.Context, q storage.Querier, t Topic) error {
	_, err := q.Exec(ctx, qTopicSave, t.Conversation, t.Chat, t.Thread, t.Card, t.CardMark, t.Pinned, t.Closed, t.Since, t.Mark, t.PostedAt, t.Tries, t.Title)
	if err != nil {
		err = fmt.Errorf("save topic of conversation %d: %w", t.Conversation, err)
	}
	return err
}

// LoseTx keeps that a topic was deleted: what stood in it is to stand in another one.
func LoseTx(ctx context.Context, tx storage.Tx, conversation int64) error {
	if _, err := tx.Exec(ctx, qTopicDrop, conversation); err != nil {
		return fmt.Errorf("lose topic of conversation %d: %w", conversation, err)
	}
	return nil
}

// Goes is the number that a group goes by now: its own, unless Telegram has given it
// another one.
func Goes(ctx context.Context, q storage.Querier, chat int64) (int64, error) {
	now, err := storage.Value[int64](ctx, q, qGoes, chat)
	if err != nil {
		err = fmt.Errorf("number of group %d: %w", chat, err)
	}
	return now, err
}

// Move keeps that a group goes by another number from now on.
func Move(ctx context.Context, q storage.Querier, chat, to int64) error {
	if _, err := q.Exec(ctx, qMove, chat, to); err != nil {
		return fmt.Errorf("move group %d: %w", chat, err)
	}
	return nil
}
