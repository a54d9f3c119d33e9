package runner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/seal"
	"besedka/dialogs"
	"besedka/storage"
)

// maxAttempts is how often a turn is tried alone before it is put aside.
const maxAttempts = 5

// failed counts a failure against its row. The last one parks it: the
// conversation goes on without it, the shopper is told, and a person can see
// the row.
func (r *Runner) failed(ctx context.Context, now time.Time, w *row, cause error) error {
	if ctx.Err() != nil { // we are stopping, it is nobody's fault
		return ctx.Err()
	}
	attempts, retry := maxAttempts, now.Add(time.Second<<w.Attempts)
	if forEver(cause) {
		attempts = 1
	}
	var parked bool
	err := r.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) (err error) {
		parked, err = storage.Value[bool](ctx, tx, qInboxFailed, w.Inbox, retry, attempts)
		if err != nil || !parked {
			return err
		}
		return r.apologise(ctx, tx, now, w)
	})
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return nil // another process got through meanwhile
	case err != nil:
		return errors.Join(cause, err)
	}
	r.Log.ErrorContext(ctx, "a turn failed", "conversation", w.Conversation, "inbox", w.Inbox, "parked", parked, "cause", cause)
	return nil
}

// forEver says whether a turn will fail the same way whenever it is tried: the
// chat would only wait for nothing.
func forEver(cause error) bool {
	_, limit := errors.AsType[*dialogs.LimitError](cause)
	return limit || errors.Is(cause, dialogs.ErrOutcome)
}

// apologise tells the shopper that one message of theirs was kept but not
// answered, and that a person will look at it. Who has no key that opens cannot be
// told anything, and their row must be parked all the same.
func (r *Runner) apologise(ctx context.Context, tx storage.Tx, now time.Time, w *row) error {
	key, err := r.Keys.Unwrap(w.WrappedKey)
	if err != nil {
		if !errors.Is(err, seal.ErrErased) {
			r.Log.ErrorContext(ctx, "nobody can be told that a turn failed", "subject", w.Subject, "err", err)
		}
		return nil
	}
	return r.Door.SayTx(ctx, tx, now, conversation.Notice{
		Conversation: w.Conversation, Channel: w.channel(), Key: fmt.Sprintf("sorry/%d", w.Inbox), Seal: key,
		Wire: chat.Wire{Text: r.voice().Notice(w.channel(), w.Lang, "chat.sorry")},
	})
}
