package gateway

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"besedka/bots"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/member"
	"besedka/storage"
)

// Sink puts what an adapter of channel receives through the one door.
func Sink(conv *conversation.Service, channel chat.Channel, now func() time.Time) bots.Sink {
	return bots.Guard(func(ctx context.Context, b bots.Batch) error {
		a := conversation.Arrival{Channel: channel, Account: b.Account, Cursor: b.Cursor}
		for _, m := range b.Messages {
			a.Messages = append(a.Messages, conversation.Message(m))
		}
		a.Statuses = statuses(b.Statuses)
		for _, r := range b.Renames {
			a.Renames = append(a.Renames, member.Rename(r))
		}
		for _, p := range b.Poison {
			a.Poison = append(a.Poison, conversation.Poison(p))
		}
		return conv.Receive(ctx, now(), a)
	})
}

// electionPause is how often a process asks to listen when another one does,
// and how soon it tries again after its own listener has stopped.
const electionPause = 2 * time.Second

// Receive keeps l running until ctx ends, in one process of all that call it
// for the same account: the leader, found by a lock in the database.
func Receive(ctx context.Context, db *storage.DB, l bots.Listener, sink bots.Sink, log *slog.Logger) {
	for ctx.Err() == nil {
		_, err := db.Lead(ctx, "listen/"+l.Account(), func(ctx context.Context) error { return l.Run(ctx, sink) })
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, bots.ErrUnauthorized):
			log.ErrorContext(ctx, "the messenger refuses the account", "account", l.Account(), "err", err)
		case err != nil:
			log.WarnContext(ctx, "listening stopped", "account", l.Account(), "err", err)
		}
		bots.Pause(ctx, electionPause)
	}
}
