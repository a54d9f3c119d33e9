package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/ledger"
	"besedka/core/member"
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
	Members  *member.Service
	Actions  actions.Set
	Pages    map[string]string // URLs by name: home, rules, consent, advertising; facts `link.*`
	Demo     bool              // the fact `demo`
	Texts    *locales.Catalog
	Sent     func(of chat.Channel) // told after a commit that wrote to the outbox
	Alone    func()                // told of each turn that was left to run alone
	More     func()                // told after turns alone, behind which others may wait for a group
	Log      *slog.Logger
}

// Runner runs turns. Any number of goroutines and processes may call Step.
type Runner struct {
	Config
	hand hand
}

// New returns a Runner.
func New(c Config) *Runner { return &Runner{Config: c, hand: hand{holds: map[int64]struct{}{}}} }

// Step runs one group of turns. It has worked when there may be more.
func (r *Runner) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	more, err := r.group(ctx, now)
	if err != nil {
		return false, time.Time{}, fmt.Errorf("run a group of turns: %w", err)
	}
	return more, time.Time{}, nil
}

// group is what one transaction has claimed and decided.
type group struct {
	looked int // the look of the claim
	rows   []row
	turns  []turn
	jobs   []job // those who leave, to run alone
}

// group runs up to GroupSize turns in one transaction, but for those that stay in
// hand for who runs turns alone. There may be more when turns left, when it saw
// more, or when somebody looked meanwhile and left alone what it had in hand.
func (r *Runner) group(ctx context.Context, now time.Time) (more bool, err error) {
	var g group
	err = r.runGroup(ctx, now, &g)
	left := errors.Is(err, errLeaves)
	if err != nil && len(g.rows) > 0 && ctx.Err() == nil { // to be stopped is nobody's fault
		g.jobs, err = r.setAside(ctx, g.turns, err)
	}
	r.release(g.rows, g.jobs)
	if len(g.rows) == 0 || err != nil {
		return false, err
	}
	r.tellSenders(g.rows)
	if more = left || g.rows[0].Seen > int64(len(g.rows)); more || !r.hand.lookedSince(g.looked) {
		return more, nil
	}
	return storage.Value[bool](ctx, r.DB, qReadyLeft, r.hand.list())
}

func (r *Runner) runGroup(ctx context.Context, now time.Time, g *group) error {
	var load storage.Batch
	r.hand.claim.Lock()
	found := sync.OnceFunc(r.hand.claim.Unlock)
	defer found()
	held, looked := r.hand.look()
	rows := storage.Queue[row](&load, qClaimGroup, GroupSize, ledger.Bonus, now, held)
	return r.DB.InTwoTrips(ctx, &load, func(ctx context.Context, tx storage.Tx, apply *storage.Batch) error {
		g.looked, g.rows = looked, *rows
		r.hand.take(g.rows)
		found()
		g.turns = r.decideAll(g.rows, now)
		if err := r.leaveKnown(ctx, tx, g.turns); err != nil {
			return err
		}
		if err := r.callAll(ctx, tx, g.turns); err != nil {
			return err
		}
		g.jobs = queue(apply, g.turns, r.hand.room(), now)
		return nil
	})
}

// tellSenders tells each messenger of a group once.
func (r *Runner) tellSenders(rows []row) {
	var told []chat.Channel
	for i := range rows {
		if of := rows[i].channel(); !slices.Contains(told, of) {
			told = append(told, of)
			r.Sent(of)
		}
	}
}

// release ends a group: its jobs stay in hand, its other conversations do not.
func (r *Runner) release(rows []row, jobs []job) {
	done := make([]int64, 0, len(rows))
	for i := range rows {
		if !slices.ContainsFunc(jobs, func(j job) bool { return j.Inbox == rows[i].Inbox }) {
			done = append(done, rows[i].Conversation)
		}
	}
	r.hand.put(jobs)
	r.hand.drop(done)
	for range jobs {
		r.Alone()
	}
}

// setAside makes those run alone that have to leave a group whose transaction
// came to nothing: the turns that go on to a call of the other kind, and all of
// them when the group failed.
func (r *Runner) setAside(ctx context.Context, turns []turn, cause error) (jobs []job, err error) {
	failed := !errors.Is(cause, errLeaves)
	if failed {
		r.Log.WarnContext(ctx, "a group of turns failed; each runs alone", "turns", len(turns), "cause", cause)
	}
	var later []int64
	for i := range turns {
		switch t := &turns[i]; {
		case !failed && !t.alone:
		case len(jobs) < r.hand.room():
			jobs = append(jobs, t.job())
		default:
			later = append(later, t.row.Inbox)
		}
	}
	if len(later) > 0 {
		_, err = r.DB.Exec(ctx, qInboxSolo, later)
	}
	return jobs, err
}
