package runner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/storage"
)

// soloBusy is when a worker looks again for turns that others are running.
const soloBusy = 100 * time.Millisecond

// AloneStep runs a turn that could not run in a group, with the actions it calls,
// in a transaction of its own. It has worked when there may be more.
func (r *Runner) AloneStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	j, next, err := r.nextJob(ctx, now)
	if err != nil || j.Inbox == 0 {
		return false, next, err
	}
	ran, err := r.alone(ctx, now, j)
	busy := false
	if ran == nil && err == nil { // another process has it, and may leave it as a group did
		busy, err = r.leave(ctx, j)
	}
	r.hand.drop([]int64{j.Conversation})
	if err != nil {
		return false, time.Time{}, fmt.Errorf("run a turn alone: %w", err)
	}
	if ran != nil {
		r.Sent(ran.channel())
	}
	if r.hand.idle() {
		r.More()
	}
	return !busy, now.Add(soloBusy), nil
}

// leave writes down that a row has to run alone. It is busy when another process
// has it; else it was done, and what waits behind it was left alone for its sake.
func (r *Runner) leave(ctx context.Context, j job) (busy bool, err error) {
	left, err := r.DB.Exec(ctx, qInboxSolo, []int64{j.Inbox})
	return left.RowsAffected() > 0, err
}

// nextJob is a job in hand, or one that was left to run alone; none, and when to
// look again, when there is none.
func (r *Runner) nextJob(ctx context.Context, now time.Time) (job, time.Time, error) {
	if j, ok := r.hand.next(); ok {
		return j, time.Time{}, nil
	}
	r.hand.claim.Lock()
	defer r.hand.claim.Unlock()
	if j, ok := r.hand.next(); ok {
		return j, time.Time{}, nil
	}
	held := r.hand.list()
	due, err := storage.Collect[job](ctx, r.DB, qSoloDue, now, held, GroupSize)
	if err != nil || len(due) == 0 {
		next, nextErr := storage.Earliest(ctx, r.DB, qSoloNext, held)
		return job{}, next, errors.Join(err, nextErr)
	}
	r.hand.put(due)
	for range due[1:] {
		r.Alone()
	}
	j, _ := r.hand.next()
	return j, time.Time{}, nil
}

// alone runs the turn of one row in a transaction of its own, and returns the
// row; nil when another process has it, or had it.
func (r *Runner) alone(ctx context.Context, now time.Time, j job) (ran *row, err error) {
	for range maxAttempts {
		var w *row
		w, err = r.try(ctx, now, j)
		missing, ok := errors.AsType[*missingRelease](err)
		switch {
		case ok:
			if err := r.bring(ctx, missing.id); err != nil {
				return nil, err
			}
		case err == nil && w == nil && j.row != nil, storage.Retryable(err):
			j.row = nil // what the group loaded is not how it is now
		case err == nil || w == nil:
			return w, err
		default:
			return w, r.failed(ctx, now, w, err)
		}
	}
	return nil, err
}

// bring loads a release that a session is pinned to. One that today's check
// refuses must not stop those who wait in it: they go on with the current one.
func (r *Runner) bring(ctx context.Context, id string) error {
	_, err := r.Releases.fetch(ctx, id)
	if _, ok := errors.AsType[*unreadable](err); ok {
		r.Log.ErrorContext(ctx, "who waits in a release that cannot be read goes on with the current one", "release", id, "err", err)
		r.Releases.keep(id, nil, time.Time{})
		return nil
	}
	return err
}

// try runs a job on what a group has loaded, if nobody has touched it since, or
// loads it. It returns the row whose turn it ran, nil when that cannot be had.
func (r *Runner) try(ctx context.Context, now time.Time, j job) (w *row, err error) {
	var load storage.Batch
	held, rows := &[]heldRow{}, &[]row{}
	if j.row != nil {
		held = storage.Queue[heldRow](&load, qHold, j.Inbox, j.row.TurnNo, j.row.Member, j.row.Fence)
	} else {
		rows = storage.Queue[row](&load, qClaimAlone, j.Inbox, ledger.Bonus, now)
	}
	err = r.DB.InTwoTrips(ctx, &load, func(ctx context.Context, tx storage.Tx, apply *storage.Batch) error {
		switch {
		case len(*held) > 0:
			w = j.row
		case len(*rows) > 0:
			w = &(*rows)[0]
		default:
			return nil
		}
		t := turn{row: w}
		if err := survive(func() error { return r.decideAlone(ctx, tx, &t, now) }); err != nil {
			return err
		}
		queue(apply, []turn{t}, 0, now)
		return nil
	})
	return w, err
}

type heldRow struct {
	Conversation int64 `db:"conversation_id"`
}

func (r *Runner) decideAlone(ctx context.Context, tx storage.Tx, t *turn, now time.Time) error {
	if err := r.begin(t, now); err != nil || t.skip {
		return err
	}
	if err := r.recognise(ctx, tx, t, now); err != nil {
		return err
	}
	out, err := t.script.Engine.Turn(t.record.Session, t.record.Input, t.record.Env)
	for err == nil && out.Call != nil {
		var result dialogs.CallResult
		if result, err = r.Actions.Do(ctx, tx, t.call(out.Call)); err != nil {
			return fmt.Errorf("call %s: %w", out.Call.Name, err)
		}
		t.record.Results = append(t.record.Results, result)
		out, err = t.script.Engine.Resume(out, result, t.record.Input, t.record.Env)
	}
	if err != nil {
		return err
	}
	t.out = out
	r.noteLoop(t, out)
	return t.finish(out)
}

// call completes the engine's call: its key is unique in the conversation, an
// action's key in the whole house.
func (t *turn) call(c *dialogs.Call) actions.Call {
	called := *c
	called.Key = fmt.Sprintf("%d/%s", t.row.Conversation, c.Key)
	return actions.Call{
		Call: called, Now: t.record.Env.Now, Lang: t.record.Env.Lang, Channel: t.record.Env.Channel,
		Who:   member.Subject{ID: t.row.Subject, Member: t.row.Member, Conversation: t.row.Conversation, Key: t.key},
		Inbox: t.row.Inbox, ReceivedAt: t.row.ReceivedAt, Input: t.record.Input,
	}
}
