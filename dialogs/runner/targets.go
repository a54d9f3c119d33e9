package runner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/ledger"
	"besedka/dialogs"
	"besedka/storage"
)

// Targets are the questions that a conversation can be given back to, by the release that it
// stands in; none while the bot has it.
func (r *Runner) Targets(ctx context.Context, now time.Time, conversation int64) ([]dialogs.Target, error) {
	all, err := r.targets(ctx, now, conversation)
	if err != nil {
		err = fmt.Errorf("steps to give conversation %d back to: %w", conversation, err)
	}
	return all, err
}

func (r *Runner) targets(ctx context.Context, now time.Time, conversation int64) ([]dialogs.Target, error) {
	w, err := storage.One[row](ctx, r.DB, qKnown, conversation, ledger.Bonus, now)
	if errors.Is(err, storage.ErrNotFound) { // nothing was ever said in it
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	_, session, _, err := w.open(r.Keys)
	if err != nil || w.QueuedAt == nil {
		return nil, err
	}
	script, session, err := r.scriptFor(ctx, now, w.Release, session)
	if err != nil || script == nil {
		return nil, err
	}
	if session.Held == 0 {
		session = script.Engine.Hold(session, *w.QueuedAt)
	}
	w.Lang = language(w.Lang, nil, script.Programme.Languages)
	f := facts{Runner: r, row: &w, programme: script.Programme, now: now, vouched: session.Vouched}
	all := script.Engine.Targets(session, f.look)
	return all, f.err
}

// scriptFor is Releases.scriptOf, with the release loaded when it has to be.
func (r *Runner) scriptFor(ctx context.Context, now time.Time, pinned *string, s dialogs.Session) (*Script, dialogs.Session, error) {
	script, moved, err := r.Releases.scriptOf(pinned, s, now)
	if missing, ok := errors.AsType[*missingRelease](err); ok {
		if err := r.bring(ctx, missing.id); err != nil {
			return nil, s, err
		}
		script, moved, err = r.Releases.scriptOf(pinned, s, now)
	}
	return script, moved, err
}
