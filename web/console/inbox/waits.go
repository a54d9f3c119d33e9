package inbox

import (
	"context"
	"fmt"
	"strconv"

	"github.com/a-h/templ"

	"besedka/core/support"
	"besedka/storage"
	"besedka/web/console"
)

// waits are how many conversations wait for one of the staff: those in the queue, and
// theirs whose shoppers wait for an answer.
func (p *pages) waits(ctx context.Context, of string) (support.Counts, error) {
	viewer, err := strconv.ParseInt(of, 10, 64)
	if err != nil {
		return support.Counts{}, fmt.Errorf("waits %q: %w", of, storage.ErrNotFound)
	}
	r, err := p.readShared(ctx, p.Now(), support.Asked{Show: support.Waiting})
	return r.counts.Of(viewer), err
}

func (p *pages) waitsMark(ctx context.Context, of string) (string, error) {
	n, err := p.waits(ctx, of)
	return fmt.Sprintf("%d-%d", n.Waiting, n.Owed), err
}

func (p *pages) waitsPiece(v *console.Visit, of, _ string) (templ.Component, error) {
	n, err := p.waits(v.R.Context(), of)
	return waits(v.View, n.Waiting+n.Owed), err
}
