package conversation

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"besedka/core/chat"
	"besedka/core/hook"
	"besedka/core/seal"
	"besedka/storage"
)

// Reply is what one of the staff says to the person.
type Reply struct {
	Conversation int64
	Staff        int64
	Key          string // said once
	Text         string
	Seen         int64                                     // number of the person's last message that its author has seen, see Shown
	Mark         func(of chat.Channel, lang string) string // closes every message; of a demonstration
	Template     *chat.Template                            // goes in place of Text where the messenger's window is shut; may be nil

	Media  *chat.Media // above the text, which may be empty then
	Thread string      // a later reply may change this one by it, see chat.Message
	Over   string      // thread of the one that it changes

	Answers string // the message it quotes, where the messenger can, see chat.Wire; the first of several does
}

// SeenAll is the Seen of what no words of the person change.
const SeenAll = math.MaxInt64

// MaxText is how much the staff write at once, in characters.
const MaxText = 4000

// Sayable says whether a text of the staff's can be said, or noted: it has words, no more
// than MaxText of their characters, and nothing that a database or a messenger refuses.
func Sayable(text string) bool {
	return strings.TrimSpace(text) != "" && utf8.RuneCountInString(text) <= MaxText && utf8.ValidString(text) && !strings.ContainsRune(text, 0)
}

// ReplyTx writes a reply into the outbox, fitted to the channel. It is refused with
// TakenError when its author does not have the conversation, StaleError when the person
// has written since, ErrWindowClosed when it could not be sent, ErrNotSent when its file
// could not.
func (s *Service) ReplyTx(ctx context.Context, tx storage.Tx, now time.Time, r Reply) error {
	row, err := s.ofHolder(ctx, tx, r.Conversation, r.Staff)
	if err != nil {
		return err
	}
	key, err := s.keys.Unwrap(row.WrappedKey)
	if err != nil {
		return fmt.Errorf("key of subject %d: %w", row.Subject, err)
	}
	of := chat.Channel(row.Channel)
	if err := mayWrite(ctx, tx, now, r, of); err != nil {
		return withArrived(ctx, tx, r.Conversation, r.Seen, key, err)
	}
	var sealed [][]byte
	var thread string // what became several messages has none
	for i, wire := range chat.Degrade(r.message(of, row.Lang), chat.CapsOf(of)) {
		if i == 0 {
			wire.Answers = r.Answers
		}
		one, err := key.SealJSON("outbox", wire)
		if err != nil {
			return err
		}
		sealed, thread = append(sealed, one), wire.Thread
	}
	said, err := tx.Exec(ctx, qReply, r.Conversation, row.Channel, r.key(), sealed, now, r.Staff, thread)
	if err != nil {
		return fmt.Errorf("reply in conversation %d: %w", r.Conversation, err)
	}
	if said.RowsAffected() == 0 || r.Over != "" { // it was said before, or changes what was: edits are told to nobody
		return nil
	}
	return hook.TellTx(ctx, tx, now, hook.Event{Kind: hook.FromColleague, Conversation: r.Conversation, Staff: r.Staff, Said: r.key()})
}

// mayWrite says why a reply is not to be sent now.
func mayWrite(ctx context.Context, tx storage.Tx, now time.Time, r Reply, of chat.Channel) error {
	at, err := storage.One[writable](ctx, tx, qWritable, r.Conversation)
	switch {
	case err != nil:
		return fmt.Errorf("look at conversation %d: %w", r.Conversation, err)
	case at.Newest > r.Seen:
		return &StaleError{Newest: at.Newest}
	case r.Template == nil && chat.CapsOf(of).Window > 0 && at.Window != nil && !at.Window.After(now):
		return ErrWindowClosed
	case r.Media != nil && !chat.CapsOf(of).Sends(*r.Media):
		return ErrNotSent
	}
	return nil
}

// ErrNotSent is the answer to who sends a file that the person's messenger does not take:
// of its kind, or so large.
var ErrNotSent = errors.New("this messenger takes no such file")

// withArrived adds to a StaleError what its reader has not seen.
func withArrived(ctx context.Context, tx storage.Tx, conversation, seen int64, key seal.Key, err error) error {
	stale, ok := errors.AsType[*StaleError](err)
	if !ok {
		return err
	}
	rows, err := storage.Collect[entryRow](ctx, tx, qArrived, conversation, seen, MaxArrived)
	if err != nil {
		return fmt.Errorf("what has come in conversation %d: %w", conversation, err)
	}
	for _, row := range slices.Backward(rows) {
		e, err := row.entry(key)
		if err != nil {
			return fmt.Errorf("message %d: %w", row.ID, err)
		}
		stale.Arrived = append(stale.Arrived, e)
	}
	return stale
}

// unseen is a StaleError when the person has written since a message.
func (s *Service) unseen(ctx context.Context, tx storage.Tx, row heldBy, seen int64) error {
	at, err := storage.One[writable](ctx, tx, qWritable, row.Conversation)
	if err != nil {
		return fmt.Errorf("look at conversation %d: %w", row.Conversation, err)
	}
	if at.Newest <= seen {
		return nil
	}
	key, err := s.keys.Unwrap(row.WrappedKey)
	if err != nil {
		return fmt.Errorf("key of subject %d: %w", row.Subject, err)
	}
	return withArrived(ctx, tx, row.Conversation, seen, key, &StaleError{Newest: at.Newest})
}

type writable struct {
	Newest int64      `db:"newest"`
	Window *time.Time `db:"window_until"`
}
