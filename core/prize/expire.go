package prize

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/expr"
	"besedka/storage"
)

// Limits of a step.
const (
	expiryChunk = 50          // orders let go, each in a transaction of its own
	expiryRetry = time.Second // before an order that could not be let go is tried again
)

// OrderStep lets reservations go that nobody confirmed in time. One that cannot be
// let go does not hold up the others. next is when the earliest remaining one ends.
func (s *Service) OrderStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	due, err := storage.Collect[idRow](ctx, s.DB, qOrdersDue, now, expiryChunk)
	if err != nil {
		return false, next, fmt.Errorf("find reservations to expire: %w", err)
	}
	for _, d := range due {
		one := s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error { return s.expire(ctx, tx, d.ID, now) })
		if one != nil {
			err = errors.Join(err, fmt.Errorf("expire order %d: %w", d.ID, one))
			continue
		}
		worked = true
	}
	if err != nil {
		return worked, now.Add(expiryRetry), err
	}
	next, err = storage.Earliest(ctx, s.DB, qOrderNext)
	return worked, next, err
}

type idRow struct {
	ID int64 `db:"id"`
}

// expire lets a reservation go unless somebody was faster.
func (s *Service) expire(ctx context.Context, tx storage.Tx, id int64, now time.Time) error {
	a := Act{Order: id, At: now}
	h, err := a.hold(ctx, tx)
	if err != nil || h.State != Reserved || h.Expires == nil || h.Expires.After(now) {
		return err
	}
	_, err = s.end(ctx, tx, h, Expired, a)
	return err
}

// tell says what became of an order to its member.
func (s *Service) tell(ctx context.Context, tx storage.Tx, now time.Time, o Order) error {
	n := Notice{Member: o.Member, Key: fmt.Sprintf("prize/%d/%s", o.ID, o.State), Args: map[string]expr.Value{
		"order": expr.CountOf(o.ID), "state": expr.TextOf(string(o.State)),
	}}
	if o.Subject != nil {
		n.Subject = *o.Subject
	}
	return s.Notify(ctx, tx, now, n)
}
