package topic

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// Kind is which side of a conversation a line is of.
type Kind string

// The sides: what the shopper said, what was said to them, what the staff noted.
const (
	In   Kind = "in"
	Out  Kind = "out"
	Note Kind = "note"
)

// Line is one thing said in a conversation, by its number there.
type Line struct {
	Kind Kind  `db:"kind"`
	ID   int64 `db:"line_id"`
}

// Lines are those of a conversation that stand in its topic, and in which message; 0: it
// was given up.
func Lines(ctx context.Context, q storage.Querier, conversation int64) (map[Line]int64, error) {
	rows, err := storage.Collect[lineRow](ctx, q, qLines, conversation)
	if err != nil {
		return nil, fmt.Errorf("posted lines of conversation %d: %w", conversation, err)
	}
	all := make(map[Line]int64, len(rows))
	for _, r := range rows {
		all[r.Line] = r.Message
	}
	return all, nil
}

type lineRow struct {
	Line
	Message int64 `db:"message_id"`
}

// Post keeps that lines stand in a message.
func Post(ctx context.Context, q storage.Querier, conversation, message int64, lines ...Line) error {
	kinds, ids := make([]string, len(lines)), make([]int64, len(lines))
	for i, l := range lines {
		kinds[i], ids[i] = string(l.Kind), l.ID
	}
	if _, err := q.Exec(ctx, qLinesAdd, conversation, message, kinds, ids); err != nil {
		return fmt.Errorf("keep posted lines of conversation %d: %w", conversation, err)
	}
	return nil
}

// Seen is the shopper's newest message that stood in the topic before a message there, 0:
// none did.
func Seen(ctx context.Context, q storage.Querier, conversation, before int64) (int64, error) {
	id, err := storage.Value[int64](ctx, q, qSeen, conversation, before)
	if err != nil {
		err = fmt.Errorf("what was seen of conversation %d: %w", conversation, err)
	}
	return id, err
}

// Answered is how the messenger knows what stands in a message of a topic, as chat.Wire
// has it in Answers: the shopper's newest there, else the newest of ours. "" when neither
// is known.
func Answered(ctx context.Context, q storage.Querier, conversation, message int64) (string, error) {
	id, err := storage.Value[string](ctx, q, qAnswered, conversation, message)
	if err != nil {
		err = fmt.Errorf("what is answered in conversation %d: %w", conversation, err)
	}
	return id, err
}

// TakeTx keeps that a message of the staff in a topic was taken, as a note or as a reply,
// and the lines that it became.
func TakeTx(ctx context.Context, tx storage.Tx, conversation, message int64, note bool, lines ...Line) error {
	if _, err := tx.Exec(ctx, qReplyAdd, conversation, message, note); err != nil {
		return fmt.Errorf("keep a reply in conversation %d: %w", conversation, err)
	}
	return Post(ctx, tx, conversation, message, lines...)
}

// Reply is a message of the staff in a topic that was taken, and how it stands.
type Reply struct {
	Message int64  `db:"message_id"`
	Note    bool   `db:"note"`
	Shown   string `db:"shown"` // the mark under it
	Parts   int    `db:"parts"` // messages to the shopper that it became
	Sent    int    `db:"sent"`  // of them
	Failed  int    `db:"failed"`
	Waiting int    `db:"waiting"` // for what may never come: the shopper's own word
	Reason  string `db:"reason"`  // why one failed
}

// replyLimit is how many of a topic's newest replies are looked at.
const replyLimit = 60

// Replies are the newest ones of a topic, the oldest of them first.
func Replies(ctx context.Context, q storage.Querier, conversation int64) ([]Reply, error) {
	rows, err := storage.Collect[Reply](ctx, q, qReplies, conversation, replyLimit)
	if err != nil {
		return nil, fmt.Errorf("replies in the topic of conversation %d: %w", conversation, err)
	}
	return rows, nil
}

// Mark keeps which mark stands under a reply.
func Mark(ctx context.Context, q storage.Querier, conversation, message int64, mark string) error {
	if _, err := q.Exec(ctx, qReplyMark, conversation, message, mark); err != nil {
		return fmt.Errorf("mark a reply in conversation %d: %w", conversation, err)
	}
	return nil
}

// Taken is what a message in a topic was taken for.
type Taken struct {
	Note   bool       `db:"note"`
	Parts  int        `db:"parts"`   // messages to the shopper that it became, with its edits
	Thread bool       `db:"thread"`  // it is one that may be changed
	SentAt *time.Time `db:"sent_at"` // the first of them; nil: none was, yet
}

// TakenFor is what a message in a topic was taken for; ok is false when it was not taken.
func TakenFor(ctx context.Context, q storage.Querier, conversation, message int64) (t Taken, ok bool, err error) {
	rows, err := storage.Collect[Taken](ctx, q, qReplyTaken, conversation, message)
	if err != nil {
		return t, false, fmt.Errorf("look for a reply in conversation %d: %w", conversation, err)
	}
	if len(rows) == 0 {
		return t, false, nil
	}
	return rows[0], true, nil
}

// Room is how much a group takes.
type Room struct {
	Posts int       // messages that may be posted now
	Wait  time.Time // until when nothing may; zero: something may
	Next  time.Time // when one message more may be posted
}

// A group takes 20 messages a minute of a bot,
// core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this.
const (
	perMinute = 20
	minute    = time.Minute
)

// RoomOf is how much a group takes now.
func RoomOf(ctx context.Context, q storage.Querier, chat int64, now time.Time) (r Room, err error) {
	rows, err := storage.Collect[roomRow](ctx, q, qRoom, chat, now.Add(-minute))
	if err != nil {
		return r, fmt.Errorf("room of group %d: %w", chat, err)
	}
	r.Posts = perMinute
	if len(rows) == 0 {
		return r, nil
	}
	if w := rows[0].Wait; w != nil && w.After(now) {
		r.Wait = *w
	}
	posted := rows[0].Posted
	if r.Posts = perMinute - len(posted); len(posted) > 0 {
		r.Next = posted[0].Add(minute)
	}
	return r, nil
}

type roomRow struct {
	Wait   *time.Time  `db:"wait_until"`
	Posted []time.Time `db:"posted"`
}

// Spend keeps that a message was posted in a group, or may have been.
func Spend(ctx context.Context, q storage.Querier, chat int64, now time.Time) error {
	if _, err := q.Exec(ctx, qSpend, chat, now, now.Add(-minute)); err != nil {
		return fmt.Errorf("spend a message of group %d: %w", chat, err)
	}
	return nil
}

// Wait keeps that a group is to be left in peace.
func Wait(ctx context.Context, q storage.Querier, chat int64, until time.Time) error {
	if _, err := q.Exec(ctx, qWait, chat, until); err != nil {
		return fmt.Errorf("leave group %d in peace: %w", chat, err)
	}
	return nil
}
