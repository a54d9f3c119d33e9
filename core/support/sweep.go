package support

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/calendar"
	"besedka/core/conversation"
	"besedka/core/staff"
	"besedka/storage"
)

// Sweep lets go of conversations that are held for nothing: into the queue where the
// shopper waits too long for an answer, to the bot where they were answered and have
// nothing to add. What it goes by are the rows of the talk itself, so that any process may.
type Sweep struct {
	DB      *storage.DB
	Door    *conversation.Service
	Promise func() calendar.Promise // as published now
}

// sweepRows is how many conversations one step looks at, those that were taken first.
const sweepRows = 1000

// Step lets go of all that are due.
func (s Sweep) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	p := s.Promise()
	if p.Return == 0 && p.Quiet == 0 {
		return false, time.Time{}, nil
	}
	rows, err := storage.Collect[tended](ctx, s.DB, qTended, 0, sweepRows)
	if err != nil {
		return false, time.Time{}, fmt.Errorf("look at held conversations: %w", err)
	}
	var troubles []error
	for _, t := range rows {
		at, _ := t.due(p)
		switch {
		case at.IsZero():
			continue
		case at.After(now):
			if next.IsZero() || at.Before(next) {
				next = at
			}
			continue
		}
		done, err := s.letGo(ctx, now, p, t)
		worked, troubles = worked || done, append(troubles, err)
	}
	return worked, next, errors.Join(troubles...)
}

// letGo does it under the conversation's lock, unless it has changed hands or somebody has
// spoken meanwhile.
func (s Sweep) letGo(ctx context.Context, now time.Time, p calendar.Promise, seen tended) (done bool, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		done = false
		taken, err := s.Door.HoldTx(ctx, tx, seen.ID, seen.Holder)
		if err != nil {
			return err
		}
		is, err := storage.One[tended](ctx, tx, qTended, seen.ID, 1)
		if err != nil {
			return err
		}
		at, quiet := is.due(p)
		if taken.Fence != seen.Fence || at.IsZero() || at.After(now) {
			return nil
		}
		done = true
		if quiet {
			return s.quietTx(ctx, tx, now, is, taken)
		}
		return s.lateTx(ctx, tx, now, is, taken)
	})
	if _, taken := errors.AsType[*conversation.TakenError](err); taken || errors.Is(err, storage.ErrNotFound) {
		return false, nil // it changed hands, or its person is forgotten
	}
	if err != nil {
		return false, fmt.Errorf("let go of conversation %d: %w", seen.ID, err)
	}
	return done, nil
}

// lateTx puts a conversation back into its queue.
func (s Sweep) lateTx(ctx context.Context, tx storage.Tx, now time.Time, t tended, taken conversation.Holding) error {
	if err := s.Door.ReleaseTx(ctx, tx, now, t.ID, t.Holder, ""); err != nil {
		return err
	}
	if err := passedTx(ctx, tx, t.ID, taken, "late", t.Holder); err != nil {
		return err
	}
	return staff.AuditTx(ctx, tx, now, staff.Act{Act: "conversations.return", Object: fmt.Sprintf("conversation/%d", t.ID), Detail: map[string]any{"from": t.Holder}})
}

// quietTx gives a conversation back to the bot, as its holder would.
func (s Sweep) quietTx(ctx context.Context, tx storage.Tx, now time.Time, t tended, taken conversation.Holding) error {
	g := conversation.GiveBack{Conversation: t.ID, Staff: t.Holder, Key: fmt.Sprintf("quiet %d/%d", t.Fence, t.Turn), Turn: t.Turn + 1}
	if err := s.Door.GiveBackTx(ctx, tx, now, g); err != nil {
		return err
	}
	if err := closedTx(ctx, tx, now, t.ID, taken.Since, 0, Quieted); err != nil {
		return err
	}
	return staff.AuditTx(ctx, tx, now, staff.Act{Act: "conversations.quiet", Object: fmt.Sprintf("conversation/%d", t.ID), Detail: map[string]any{"from": t.Holder}})
}

// giveBackAgain is how long a giving back may be on its way: the turn that was to be it may
// have been another one's, a receipt's.
const giveBackAgain = 10 * time.Minute

// tended is a conversation that one of the staff has.
type tended struct {
	ID         int64      `db:"id"`
	Holder     int64      `db:"holder"`
	TakenAt    time.Time  `db:"taken_at"`
	Fence      int64      `db:"fence"`
	Turn       int64      `db:"turn_no"`
	SaidAt     *time.Time `db:"said_at"`
	WaitsSince *time.Time `db:"waits_since"`
	AwakeAt    *time.Time `db:"awake_at"`
	ClosedAt   *time.Time `db:"closed_at"` // and given back to the bot, in whose turn it is to be
}

// due is when it is let go, zero for never, and whether because all is said. Whoever has
// taken it, or put it off, has the whole time from then on.
func (t tended) due(p calendar.Promise) (at time.Time, quiet bool) {
	switch {
	case t.WaitsSince != nil && p.Return != 0:
		return p.After(t.from(*t.WaitsSince), p.Return), false
	case t.WaitsSince == nil && p.Quiet != 0:
		at = t.from(*t.SaidAt).Add(p.Quiet)
		if t.ClosedAt != nil && t.ClosedAt.Add(giveBackAgain).After(at) {
			at = t.ClosedAt.Add(giveBackAgain)
		}
		return at, true
	}
	return time.Time{}, false
}

// from is the last of an instant, the taking, and the end of being put off.
func (t tended) from(at time.Time) time.Time {
	if t.TakenAt.After(at) {
		at = t.TakenAt
	}
	if t.AwakeAt != nil && t.AwakeAt.After(at) {
		at = *t.AwakeAt
	}
	return at
}
