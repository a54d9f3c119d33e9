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

// sweepRows is how many conversations are looked at in one go, those that were taken first
// before the others.
const sweepRows = 1000

// Step lets go of all that are due.
func (s Sweep) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	p := s.Promise()
	if p.Return == 0 && p.Quiet == 0 {
		return false, time.Time{}, nil
	}
	var troubles []error
	last := tended{} // of those that were looked at
	for more := true; more; {
		rows, err := storage.Collect[tended](ctx, s.DB, qTended, 0, last.TakenAt, last.ID, sweepRows)
		if err != nil {
			return worked, next, errors.Join(append(troubles, fmt.Errorf("look at held conversations: %w", err))...)
		}
		for _, t := range rows {
			done, at, err := s.tend(ctx, now, p, t)
			worked, troubles, last = worked || done, append(troubles, err), t
			if !at.IsZero() && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
		more = len(rows) == sweepRows
	}
	return worked, next, errors.Join(troubles...)
}

// tend lets go of a conversation that is due; next is when it will be.
func (s Sweep) tend(ctx context.Context, now time.Time, p calendar.Promise, t tended) (done bool, next time.Time, err error) {
	at, _ := t.due(p)
	if at.IsZero() || at.After(now) {
		return false, at, nil
	}
	done, err = s.letGo(ctx, now, p, t)
	return done, time.Time{}, err
}

// letGo does it under the conversation's lock, unless it has changed hands or somebody has
// spoken meanwhile.
func (s Sweep) letGo(ctx context.Context, now time.Time, p calendar.Promise, seen tended) (done bool, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) (err error) {
		done, err = s.letGoTx(ctx, tx, now, p, seen)
		return err
	})
	_, taken := errors.AsType[*conversation.TakenError](err)
	_, spoken := errors.AsType[*conversation.StaleError](err)
	if taken || spoken || errors.Is(err, storage.ErrNotFound) {
		return false, nil // it changed hands, its person has written, or is forgotten
	}
	if err != nil {
		return false, fmt.Errorf("let go of conversation %d: %w", seen.ID, err)
	}
	return done, nil
}

func (s Sweep) letGoTx(ctx context.Context, tx storage.Tx, now time.Time, p calendar.Promise, seen tended) (done bool, err error) {
	taken, err := s.Door.HoldTx(ctx, tx, seen.ID, seen.Holder)
	if err != nil {
		return false, err
	}
	is, err := storage.One[tended](ctx, tx, qTended, seen.ID, time.Time{}, 0, 1)
	if err != nil {
		return false, err
	}
	at, quiet := is.due(p)
	switch {
	case taken.Fence != seen.Fence || at.IsZero() || at.After(now):
		return false, nil
	case quiet:
		return true, s.quietTx(ctx, tx, now, is, taken)
	}
	return true, s.lateTx(ctx, tx, now, is, taken)
}

// lateTx puts a conversation back into its queue.
func (s Sweep) lateTx(ctx context.Context, tx storage.Tx, now time.Time, t tended, taken conversation.Holding) error {
	if err := s.Door.LapseTx(ctx, tx, now, t.ID, t.Holder); err != nil {
		return err
	}
	if err := passedTx(ctx, tx, t.ID, taken, "late", t.Holder); err != nil {
		return err
	}
	return staff.AuditTx(ctx, tx, now, staff.Act{Act: "conversations.return", Object: fmt.Sprintf("conversation/%d", t.ID), Detail: map[string]any{"from": t.Holder}})
}

// quietTx gives a conversation back to the bot, as its holder would. It is closed with the
// turn that it is: whoever is heard before that still has people.
func (s Sweep) quietTx(ctx context.Context, tx storage.Tx, now time.Time, t tended, taken conversation.Holding) error {
	g := conversation.GiveBack{Conversation: t.ID, Staff: t.Holder, Key: fmt.Sprintf("quiet %d/%d", t.Fence, t.Turn), Seen: t.Newest, Ended: Quieted}
	if err := s.Door.GiveBackTx(ctx, tx, now, g); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, qQuiet, t.ID, taken.Since, now); err != nil {
		return fmt.Errorf("keep that it was given back: %w", err)
	}
	return staff.AuditTx(ctx, tx, now, staff.Act{Act: "conversations.quiet", Object: fmt.Sprintf("conversation/%d", t.ID), Detail: map[string]any{"from": t.Holder}})
}

// giveBackAgain is how long a giving back may be on its way.
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
	QuietAt    *time.Time `db:"quiet_at"` // given back to the bot, in whose turn it is to be
	Newest     int64      `db:"newest"`   // the shopper's last message
}

// due is when it is let go, zero for never, and whether because all is said. Whoever has
// taken it, or put it off, has the whole time from then on.
func (t tended) due(p calendar.Promise) (at time.Time, quiet bool) {
	switch {
	case t.WaitsSince != nil && p.Return != 0:
		return p.After(t.from(*t.WaitsSince), p.Return), false
	case t.WaitsSince == nil && p.Quiet != 0:
		at = t.from(*t.SaidAt).Add(p.Quiet)
		if t.QuietAt != nil && t.QuietAt.Add(giveBackAgain).After(at) {
			at = t.QuietAt.Add(giveBackAgain)
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
