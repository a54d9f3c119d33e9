package conversation

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// timersPerStep bounds one step of the timer loop.
const timersPerStep = 256

// TimerStep turns due timers into inbox rows.
func (s *Service) TimerStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		due, err := storage.Collect[timerRow](ctx, tx, qTimersTake, now, timersPerStep)
		if err != nil {
			return err
		}
		worked = len(due) > 0
		return s.wakeByTimers(ctx, tx, now, due)
	})
	if err != nil {
		return false, time.Time{}, fmt.Errorf("take due timers: %w", err)
	}
	if worked {
		s.wake.Turns()
	}
	next, err = storage.Earliest(ctx, s.db, qTimersNext)
	return worked, next, err
}

func (s *Service) wakeByTimers(ctx context.Context, tx storage.Tx, now time.Time, due []timerRow) error {
	var in inboxRows
	for _, t := range due {
		if t.WrappedKey == nil {
			continue
		}
		k, err := s.keys.Unwrap(t.WrappedKey)
		if err != nil { // it must not stop the timers that are taken with it
			s.log.ErrorContext(ctx, "a timer wakes nobody: its key cannot be read", "conversation", t.Conversation, "err", err)
			continue
		}
		w := Wake{Key: fmt.Sprintf("timer/%d/%d", t.Conversation, t.Turn), Timer: &Timer{Turn: t.Turn, Due: t.Due.Unix()}}
		if err := in.add(t.Conversation, k, w, "ready", now, now); err != nil {
			return err
		}
	}
	var b storage.Batch
	in.queue(&b, false)
	return b.Send(ctx, tx)
}

type timerRow struct {
	Conversation int64     `db:"conversation_id"`
	Turn         int64     `db:"turn_no"`
	Due          time.Time `db:"due_at"`
	WrappedKey   []byte    `db:"wrapped_key"`
}
