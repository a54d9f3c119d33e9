package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"besedka/core/ledger"
	"besedka/core/seal"
	"besedka/dialogs/actions"
	"besedka/locales"
	"besedka/storage"
)

// GroupSize is the most conversations one transaction carries.
const GroupSize = 64

// Config is what a Runner is made of.
type Config struct {
	DB       *storage.DB
	Keys     *seal.Keyring
	Releases *Releases
	Actions  actions.Set
	Pages    map[string]string // URLs by name: home, rules, consent, advertising; facts `link.*`
	Demo     bool              // the fact `demo`
	Texts    *locales.Catalog
	Sent     func() // told after a commit that wrote to the outbox
	Log      *slog.Logger
}

// Runner runs turns. Any number of goroutines and processes may call Step.
type Runner struct {
	Config
	hand hand
}

// New returns a Runner.
func New(c Config) *Runner { return &Runner{Config: c, hand: hand{holds: map[int64]struct{}{}}} }

// Step runs what waits: one group of light turns and one solo turn. It has
// worked when there may be more.
func (r *Runner) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	light, solo, err := r.group(ctx, now)
	if err != nil {
		return false, time.Time{}, fmt.Errorf("run a group of turns: %w", err)
	}
	if light > 0 {
		r.Sent()
	}
	if solo {
		if solo, err = r.solo(ctx, now); err != nil {
			return false, time.Time{}, fmt.Errorf("run a turn alone: %w", err)
		}
	}
	if solo {
		r.Sent()
	}
	if light > 0 || solo {
		return true, time.Time{}, nil
	}
	next, err = r.nextSolo(ctx)
	return false, next, err
}

// group runs up to GroupSize turns in one transaction. It says how many rows
// it moved, and whether there are rows to run alone.
func (r *Runner) group(ctx context.Context, now time.Time) (moved int, solo bool, err error) {
	var load storage.Batch
	load.Exec(qByIndex)
	due := storage.Queue[soloDue](&load, qSoloDue, now)
	r.hand.claim.Lock()
	claimed := sync.OnceFunc(r.hand.claim.Unlock)
	defer claimed()
	rows := storage.Queue[row](&load, qClaimGroup, GroupSize, ledger.Bonus, now, r.hand.list())
	defer func() { r.hand.drop(*rows) }()
	err = r.DB.Group(ctx, &load, func(apply *storage.Batch) error {
		r.hand.take(*rows)
		claimed()
		turns := r.decideAll(*rows, now)
		solo = (*due)[0].Due || slices.ContainsFunc(turns, func(t turn) bool { return t.alone })
		queue(apply, turns, now)
		return nil
	})
	if err != nil && len(*rows) > 0 {
		return len(*rows), true, r.setAside(ctx, *rows, err)
	}
	return len(*rows), solo, err
}

type soloDue struct {
	Due bool `db:"due"`
}

// setAside makes every conversation of a failed group run alone.
func (r *Runner) setAside(ctx context.Context, rows []row, cause error) error {
	r.Log.WarnContext(ctx, "a group of turns failed; each runs alone", "turns", len(rows), "cause", cause)
	ids := make([]int64, len(rows))
	for i := range rows {
		ids[i] = rows[i].Inbox
	}
	_, err := r.DB.Exec(ctx, qInboxSolo, ids)
	return errors.Join(err, ctx.Err())
}

func (r *Runner) nextSolo(ctx context.Context) (time.Time, error) {
	at, err := storage.Value[*time.Time](ctx, r.DB, qSoloNext)
	if err != nil || at == nil {
		return time.Time{}, err
	}
	return *at, nil
}
