package runner

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"besedka/core/conversation"
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
	Door     *conversation.Service
	Releases *Releases
	Actions  actions.Set
	Pages    map[string]string // URLs by name: home, rules, consent, advertising; facts `link.*`
	Demo     bool              // the fact `demo`
	Texts    *locales.Catalog
	Sent     func() // told after a commit that wrote to the outbox
	Alone    func() // told of each turn that a commit left to run alone
	Freed    func() // told after a turn alone, behind which others may wait
	Log      *slog.Logger
}

// Runner runs turns. Any number of goroutines and processes may call Step.
type Runner struct {
	Config
	hand hand
}

// New returns a Runner.
func New(c Config) *Runner { return &Runner{Config: c, hand: hand{holds: map[int64]struct{}{}}} }

// Step runs one group of light turns. It has worked when there may be more.
func (r *Runner) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	turns, alone, err := r.group(ctx, now)
	if err != nil {
		return false, time.Time{}, fmt.Errorf("run a group of turns: %w", err)
	}
	if turns > 0 {
		r.Sent()
	}
	for range alone {
		r.Alone()
	}
	return turns > 0, time.Time{}, nil
}

// group runs up to GroupSize turns in one transaction. It says how many rows
// it moved, and how many of them have to run alone.
func (r *Runner) group(ctx context.Context, now time.Time) (moved, alone int, err error) {
	var load storage.Batch
	load.Exec(qByIndex)
	r.hand.claim.Lock()
	claimed := sync.OnceFunc(r.hand.claim.Unlock)
	defer claimed()
	rows := storage.Queue[row](&load, qClaimGroup, GroupSize, ledger.Bonus, now, r.hand.list())
	defer func() { r.hand.drop(*rows) }()
	err = r.DB.Group(ctx, &load, func(apply *storage.Batch) error {
		r.hand.take(*rows)
		claimed()
		turns := r.decideAll(*rows, now)
		alone = queue(apply, turns, now)
		return nil
	})
	if err != nil && len(*rows) > 0 && ctx.Err() == nil { // to be stopped is nobody's fault
		return len(*rows), len(*rows), r.setAside(ctx, *rows, err)
	}
	return len(*rows), alone, err
}

// setAside makes every conversation of a failed group run alone.
func (r *Runner) setAside(ctx context.Context, rows []row, cause error) error {
	r.Log.WarnContext(ctx, "a group of turns failed; each runs alone", "turns", len(rows), "cause", cause)
	ids := make([]int64, len(rows))
	for i := range rows {
		ids[i] = rows[i].Inbox
	}
	_, err := r.DB.Exec(ctx, qInboxSolo, ids)
	return err
}
