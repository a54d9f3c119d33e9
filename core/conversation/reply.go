package conversation

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"besedka/core/chat"
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

	Picture *chat.Media // above the text, which may be empty then
	Thread  string      // a later reply may change this one by it, see chat.Message
	Over    string      // thread of the one that it changes
}

// MaxText is how much the staff write at once, in characters.
const MaxText = 4000

// Sayable says whether a text of the staff's can be said, or noted: it has words, no more
// than MaxText of their characters, and nothing that a database or a messenger refuses.
func Sayable(text string) bool {
	return strings.TrimSpace(text) != "" && utf8.RuneCountInString(text) <= MaxText && utf8.ValidString(text) && !strings.ContainsRune(text, 0)
}

// ReplyTx writes a reply into the outbox, fitted to the channel. It is refused with
// TakenError when its author does not have the conversation, StaleError when the person
// has written since, ErrWindowClosed when it could not be sent.
func (s *Service) ReplyTx(ctx context.Context, tx storage.Tx, now time.Time, r Reply) error {
	row, err := s.ofHolder(ctx, tx, r.Conversation, r.Staff)
	if err != nil {
		return err
	}
	of := chat.Channel(row.Channel)
	if err := mayWrite(ctx, tx, now, r, of); err != nil {
		return err
	}
	key, err := s.keys.Unwrap(row.WrappedKey)
	if err != nil {
		return fmt.Errorf("key of subject %d: %w", row.Subject, err)
	}
	var sealed [][]byte
	var thread string // what became several messages has none
	for _, wire := range chat.Degrade(r.message(of, row.Lang), chat.CapsOf(of)) {
		one, err := key.SealJSON("outbox", wire)
		if err != nil {
			return err
		}
		sealed, thread = append(sealed, one), wire.Thread
	}
	if _, err := tx.Exec(ctx, qReply, r.Conversation, row.Channel, r.key(), sealed, now, r.Staff, thread); err != nil {
		return fmt.Errorf("reply in conversation %d: %w", r.Conversation, err)
	}
	return nil
}

// mayWrite says why a reply is not to be sent now.
func mayWrite(ctx context.Context, tx storage.Tx, now time.Time, r Reply, of chat.Channel) error {
	at, err := storage.One[writable](ctx, tx, qWritable, r.Conversation)
	switch {
	case err != nil:
		return fmt.Errorf("look at conversation %d: %w", r.Conversation, err)
	case at.Newest > r.Seen:
		return &StaleError{at.Newest}
	case chat.CapsOf(of).Window > 0 && at.Window != nil && !at.Window.After(now):
		return ErrWindowClosed
	}
	return nil
}

type writable struct {
	Newest int64      `db:"newest"`
	Window *time.Time `db:"window_until"`
}
