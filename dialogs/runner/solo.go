package runner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/storage"
)

// soloWindow is how many solo rows a claim looks at for one that nobody holds.
const soloWindow = 64

// maxAttempts is how often a turn is tried alone before it is put aside.
const maxAttempts = 5

// AloneStep runs one turn that has to run alone, with the actions it calls. It
// has worked when there may be more.
func (r *Runner) AloneStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	next, err = r.nextSolo(ctx)
	if err != nil || next.IsZero() || next.After(now) {
		return false, next, err
	}
	if worked, err = r.solo(ctx, now); err != nil {
		return false, time.Time{}, fmt.Errorf("run a turn alone: %w", err)
	}
	if worked {
		r.Sent()
		r.Freed()
	}
	return worked, now.Add(soloBusy), nil // in another worker's hands
}

func (r *Runner) nextSolo(ctx context.Context) (time.Time, error) {
	at, err := storage.Value[*time.Time](ctx, r.DB, qSoloNext)
	if err != nil || at == nil {
		return time.Time{}, err
	}
	return *at, nil
}

// soloBusy is when a worker looks again for turns that others are running.
const soloBusy = 100 * time.Millisecond

// solo runs one turn in a transaction of its own.
func (r *Runner) solo(ctx context.Context, now time.Time) (bool, error) {
	var claimed *row
	err := r.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		claimed = nil
		rows, err := storage.Collect[row](ctx, tx, qClaimSolo, soloWindow, ledger.Bonus, now)
		if err != nil || len(rows) == 0 {
			return err
		}
		claimed = &rows[0]
		t := turn{row: claimed}
		if err := survive(func() error { return r.decideAlone(ctx, tx, &t, now) }); err != nil {
			return err
		}
		var apply storage.Batch
		queue(&apply, []turn{t}, now)
		return apply.Send(ctx, tx)
	})
	if missing, ok := errors.AsType[*missingRelease](err); ok {
		if err = r.Releases.fetch(ctx, missing.id); err == nil {
			return true, nil
		}
	}
	if err != nil && claimed != nil {
		return true, r.failed(ctx, now, claimed, err)
	}
	return claimed != nil, err
}

func (r *Runner) decideAlone(ctx context.Context, tx storage.Tx, t *turn, now time.Time) error {
	if err := r.begin(t, now); err != nil || t.skip {
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

// failed counts a failure against its row. The last one parks it: the
// conversation goes on without it, the shopper is told, and a person can see
// the row.
func (r *Runner) failed(ctx context.Context, now time.Time, w *row, cause error) error {
	if ctx.Err() != nil { // we are stopping, it is nobody's fault
		return ctx.Err()
	}
	retry := now.Add(time.Second << w.Attempts)
	parked, err := storage.Value[bool](ctx, r.DB, qInboxFailed, w.Inbox, retry, maxAttempts)
	if errors.Is(err, storage.ErrNotFound) {
		return nil // another process got through meanwhile
	}
	if err != nil {
		return errors.Join(cause, err)
	}
	r.Log.ErrorContext(ctx, "a turn failed", "conversation", w.Conversation, "inbox", w.Inbox, "parked", parked, "cause", cause)
	if parked {
		return r.apologise(ctx, now, w)
	}
	return nil
}

// apologise tells the shopper that one message of theirs was kept but not
// answered, and that a person will look at it.
func (r *Runner) apologise(ctx context.Context, now time.Time, w *row) error {
	key, err := r.Keys.Unwrap(w.WrappedKey)
	if err != nil {
		return err
	}
	return r.Door.Say(ctx, now, conversation.Notice{
		Conversation: w.Conversation, Key: fmt.Sprintf("sorry/%d", w.Inbox), Seal: key,
		Wire: chat.Wire{Text: r.Texts.Printer(w.Lang).Text("chat.sorry", nil)},
	})
}
