package conversation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/hook"
	"besedka/storage"
)

// TakenError is the answer to who wants, or acts on, a conversation that somebody else of
// the staff has.
type TakenError struct {
	Holder int64 // of the staff; 0: nobody, it has to be taken first
}

func (e *TakenError) Error() string {
	if e.Holder == 0 {
		return "nobody has taken this conversation"
	}
	return fmt.Sprintf("member %d of the staff has this conversation", e.Holder)
}

// Taking is one wish to have a conversation.
type Taking struct {
	Conversation int64
	Staff        int64
	From         int64  // who is thought to have it; 0: the bot, or nobody who is waited for
	Queue        string // that it is counted to when the bot had it; "": of a programme that calls nobody
}

// TakeTx gives a conversation to one of the staff, when From still has it; else
// TakenError. From its commit on nothing that the bot says leaves, until the
// conversation is given back. Who has it already has it still.
func (s *Service) TakeTx(ctx context.Context, tx storage.Tx, now time.Time, t Taking) error {
	row, err := storage.One[heldBy](ctx, tx, qHeldOne, t.Conversation)
	switch {
	case err != nil:
		return err
	case row.Holder == t.Staff:
		return nil
	case row.Holder != t.From:
		return &TakenError{row.Holder}
	}
	if _, err := tx.Exec(ctx, qTake, t.Conversation, t.Staff, now, cmp.Or(t.Queue, "support")); err != nil {
		return fmt.Errorf("take conversation %d: %w", t.Conversation, err)
	}
	return hook.TellTx(ctx, tx, now, hook.Event{Kind: hook.Taken, Conversation: t.Conversation, Staff: t.Staff})
}

// ReleaseTx puts a conversation back into its queue, from which others take it; the bot
// stays silent. Only who has it may; another queue than "" moves it there.
func (s *Service) ReleaseTx(ctx context.Context, tx storage.Tx, now time.Time, conversation, staff int64, queue string) error {
	if _, err := s.ofHolder(ctx, tx, conversation, staff); err != nil {
		return err
	}
	return release(ctx, tx, now, conversation, staff, queue)
}

// LapseTx is ReleaseTx by the program, which lets go of what the holder has for nothing.
func (s *Service) LapseTx(ctx context.Context, tx storage.Tx, now time.Time, conversation, holder int64) error {
	if _, err := s.ofHolder(ctx, tx, conversation, holder); err != nil {
		return err
	}
	return release(ctx, tx, now, conversation, hook.Program, "")
}

func release(ctx context.Context, tx storage.Tx, now time.Time, conversation, by int64, queue string) error {
	if _, err := tx.Exec(ctx, qRelease, conversation, queue); err != nil {
		return fmt.Errorf("release conversation %d: %w", conversation, err)
	}
	return hook.TellTx(ctx, tx, now, hook.Event{Kind: hook.Released, Conversation: conversation, Staff: by})
}

// ofHolder locks a conversation that the staff member has.
func (s *Service) ofHolder(ctx context.Context, tx storage.Tx, conversation, staff int64) (heldBy, error) {
	row, err := storage.One[heldBy](ctx, tx, qHeldOne, conversation)
	if err == nil && row.Holder != staff {
		err = &TakenError{row.Holder}
	}
	return row, err
}

// ErrWindowClosed is the answer to who writes when the messenger lets nobody write until
// the person does.
var ErrWindowClosed = errors.New("the messenger takes no message until the person writes again")

// StaleError is the answer to who writes, or lets the bot speak, without having seen what
// has come meanwhile.
type StaleError struct {
	Newest  int64   // number of the person's last message
	Arrived []Entry // the person's messages that were not seen, oldest first, at most MaxArrived
}

// MaxArrived bounds what a StaleError holds, the newest.
const MaxArrived = 50

func (e *StaleError) Error() string { return "the person has written meanwhile" }
