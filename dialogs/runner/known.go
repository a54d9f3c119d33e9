package runner

import (
	"context"
	"fmt"
	"time"

	"besedka/core/ledger"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/storage"
)

// Known are those of the named facts about the member of a conversation that scripts would
// know now, for what people write; lang is the conversation's.
func (r *Runner) Known(ctx context.Context, now time.Time, p *flows.Programme, conversation int64, names []string) (known dialogs.Facts, lang string, err error) {
	w, err := storage.One[row](ctx, r.DB, qKnown, conversation, ledger.Bonus, now)
	if err != nil {
		return nil, "", fmt.Errorf("facts of conversation %d: %w", conversation, err)
	}
	_, session, _, err := w.open(r.Keys)
	if err != nil {
		return nil, "", fmt.Errorf("facts of conversation %d: %w", conversation, err)
	}
	lang = language(w.Lang, nil, p.Languages)
	w.Lang = lang
	f := facts{Runner: r, row: &w, programme: p, now: now, vouched: session.Vouched}
	for _, name := range names {
		f.look(name)
	}
	return f.read, lang, f.err
}
