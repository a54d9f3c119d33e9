package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"besedka/core/ledger"
	"besedka/storage"
)

type benchLedgerCmd struct {
	benchPlan `embed:""`
}

// Accounts that points are given to, and how many give at once.
const (
	ledgerAccounts = 10_000
	ledgerClients  = 16
)

// Run measures accruals, each in a transaction of its own: to many accounts, and all
// to one.
func (c *benchLedgerCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	return c.inWorld(ctx, log, func(w *world) error {
		members, err := storage.Collect[memberRow](ctx, w.db, qBenchMembers, ledgerAccounts)
		if err != nil {
			return err
		}
		many, hot := &accruals{w: w, members: members}, &accruals{w: w, members: members[:1], hot: true}
		return w.compare(ctx, out, side{name: "ledger", unit: "accruals/s", measure: many.measure}, side{name: "ledger.hot", unit: "accruals/s", measure: hot.measure})
	})
}

type memberRow struct {
	ID int64 `db:"id"`
}

const qBenchMembers = `select id from member order by id limit $1`

type accruals struct {
	w       *world
	members []memberRow
	runs    int
	hot     bool
}

func (b *accruals) measure(ctx context.Context, length time.Duration) (score, error) {
	b.runs++
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	begun := time.Now()
	var all sync.WaitGroup
	times := make([][]time.Duration, ledgerClients)
	for client := range ledgerClients {
		all.Go(func() {
			for n := 0; ctx.Err() == nil && time.Since(begun) < length; n++ {
				from := time.Now()
				if err := b.accrue(ctx, fmt.Sprintf("bench/%t/%d/%d/%d", b.hot, b.runs, client, n)); err != nil {
					stop(err)
					return
				}
				times[client] = append(times[client], time.Since(from))
			}
		})
	}
	all.Wait()
	took := time.Since(begun)
	s := score{times: slices.Concat(times...)}
	slices.Sort(s.times)
	s.perSecond = float64(len(s.times)) / took.Seconds()
	return s, context.Cause(ctx)
}

func (b *accruals) accrue(ctx context.Context, key string) error {
	now := time.Now()
	return b.w.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		return ledger.AccrueTx(ctx, tx, ledger.Accrual{
			Key: key, Member: b.members[rand.IntN(len(b.members))].ID, Currency: ledger.Bonus,
			Amount: 6422, ExpiresAt: now.AddDate(0, 6, 0), Reason: "bench", At: now,
		})
	})
}
