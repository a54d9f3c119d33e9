package conversation

import (
	"context"
	"fmt"
	"time"

	"besedka/core/chat"
	"besedka/storage"
)

// Low is the outbox's priority of what nobody waits for. What people wait for has 0.
const Low = 1

// Grant is what an account may send now: so many messages that people wait for,
// and of what is left so many others. The rest has to wait until Next; zero when
// there is no rest.
type Grant struct {
	Replies, Others int
	Next            time.Time
}

// reserve is the part of a bucket that is kept for replies while anything else
// waits: one of so many.
const reserve = 3

// TakePace takes from an account's bucket, which all processes share: a row in the
// database, since no clock of a process outlives it, and a leader who is killed
// would leave the next one ignorant of the last second. One short transaction for a
// handful of messages is less than what each of them costs anyway.
func (s *Service) TakePace(ctx context.Context, now time.Time, account string, rate chat.Rate, replies, others int) (g Grant, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		full, err := storage.Value[time.Time](ctx, tx, qPace, account)
		if err != nil {
			return err
		}
		level := rate.Level(full, now)
		g = grant(now, level, rate, replies, others)
		if g.Replies+g.Others == 0 && level.Equal(full) {
			return nil
		}
		_, err = tx.Exec(ctx, qPaceSet, account, rate.Take(level, now, g.Replies+g.Others))
		return err
	})
	if err != nil {
		return Grant{}, fmt.Errorf("pace of %s: %w", account, err)
	}
	return g, nil
}

func grant(now, full time.Time, rate chat.Rate, replies, others int) (g Grant) {
	free, kept := rate.Free(full, now), rate.Burst/reserve
	g.Replies = min(replies, free)
	g.Others = max(0, min(others, free-g.Replies-kept))
	full = rate.Take(full, now, g.Replies+g.Others)
	switch {
	case g.Replies < replies:
		g.Next = rate.Ready(full, 1)
	case g.Others < others:
		g.Next = rate.Ready(full, 1+kept)
	}
	return g
}
