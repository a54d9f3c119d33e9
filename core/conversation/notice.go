package conversation

import (
	"context"
	"fmt"
	"time"

	"besedka/core/chat"
	"besedka/core/seal"
	"besedka/storage"
)

// Say writes one message past the engine: a notice («смотрю фото») that must
// not wait for a turn. The same key says nothing twice.
func (s *Service) Say(ctx context.Context, now time.Time, to Notice) error {
	if err := s.SayTx(ctx, s.db, now, to); err != nil {
		return err
	}
	s.wake.Sends(to.Channel)
	return nil
}

// SayTx is Say in the transaction of what is said, an apology with the turn that
// failed. Who commits it wakes the senders.
func (s *Service) SayTx(ctx context.Context, tx storage.Querier, now time.Time, to Notice) error {
	sealed, err := to.Seal.SealJSON("outbox", to.Wire)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, qOutboxInsertOne, to.Conversation, to.Key, sealed, now, to.Wire.Thread); err != nil {
		return fmt.Errorf("say %s: %w", to.Key, err)
	}
	return nil
}

// Notice is a message of the program itself.
type Notice struct {
	Conversation int64
	Channel      chat.Channel
	Key          string // said once
	Wire         chat.Wire
	Seal         seal.Key // the subject's
}

// Notice is a word about f's photo to the chat it came from, until what the turn
// says to the photo takes its place.
func (f Fetch) Notice(text string) Notice {
	about := PhotoThread(f.Inbox)
	return Notice{Conversation: f.Conversation, Channel: f.Channel, Key: about, Wire: chat.Wire{Text: text, Thread: about}, Seal: f.Key}
}

// PhotoThread is what is said about the photo of an inbox row before its turn.
func PhotoThread(inbox int64) string { return fmt.Sprintf("photo/%d", inbox) }
