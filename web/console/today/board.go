package today

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sync"
	"time"

	"github.com/a-h/templ"

	"besedka/core/report"
	"besedka/web/console"
)

// freshFor is how old figures may be that a page is drawn of: all open pages share what
// one of them has counted.
const freshFor = 2 * time.Second

// board counts for all open pages of this process, one at a time.
type board struct {
	reports *report.Service
	mu      sync.Mutex
	last    figures
}

// figures are a report and the mark that it is told from another by.
type figures struct {
	report.Today
	mark string
}

func (b *board) read(ctx context.Context, now time.Time) (figures, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if age := now.Sub(b.last.At); age > 0 && age < freshFor { // a clock that stands still proves nothing
		return b.last, nil
	}
	today, err := b.reports.Today(ctx, now)
	if err != nil {
		return figures{}, err
	}
	b.last = figures{today, markOf(today)}
	return b.last, nil
}

// forget makes the next page count anew: its reader has just changed something.
func (b *board) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = figures{}
}

// stampEvery is how often a page says anew as of when its figures are, when they have
// not changed.
const stampEvery = 10 * time.Second

// markOf changes with the figures, and slowly with the time.
func markOf(t report.Today) string {
	t.At = t.At.Truncate(stampEvery)
	t.Yesterday.Until = t.At
	text, err := json.Marshal(t)
	if err != nil {
		panic(err) // numbers and strings always encode
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

func (p *page) mark(ctx context.Context, _ string) (string, error) {
	f, err := p.board.read(ctx, p.Now())
	return f.mark, err
}

func (p *page) piece(v *console.Visit, _, _ string) (templ.Component, error) {
	f, err := p.board.read(v.R.Context(), v.Now)
	return figuresPiece(words{v.View, p.Programme()}, f.Today), err
}
