package runner

import (
	"context"
	"fmt"

	"besedka/dialogs"
	"besedka/storage"
)

// Recorded reads what a turn saw, and the release it ran on.
func (r *Runner) Recorded(ctx context.Context, conversation, number int64) (Record, string, error) {
	var rec Record
	t, err := storage.One[recordedRow](ctx, r.DB, qTurnOf, conversation, number)
	if err != nil {
		return rec, "", fmt.Errorf("turn %d of conversation %d: %w", number, conversation, err)
	}
	key, err := r.Keys.Unwrap(t.WrappedKey)
	if err != nil {
		return rec, "", fmt.Errorf("turn %d of conversation %d: %w", number, conversation, err)
	}
	err = key.OpenJSON("turn", t.Sealed, &rec)
	return rec, t.Release, err
}

type recordedRow struct {
	Release    string `db:"release_id"`
	Sealed     []byte `db:"sealed"`
	WrappedKey []byte `db:"wrapped_key"`
}

// Replay decides a recorded turn again. The outcome is the one it had: nothing
// in it comes from anywhere but the record.
func Replay(e *dialogs.Engine, rec Record) (dialogs.Outcome, error) {
	rec.Env.Facts = rec.Facts.Look
	out, err := e.Turn(rec.Session, rec.Input, rec.Env)
	for i := 0; err == nil && out.Call != nil; i++ {
		if i == len(rec.Results) {
			return out, fmt.Errorf("replay turn %d: it calls %s, which the record does not answer", rec.Env.Turn, out.Call.Name)
		}
		out, err = e.Resume(out, rec.Results[i], rec.Input, rec.Env)
	}
	return out, err
}
