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
	"besedka/core/receipt"
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

// Run measures accruals as receipts make them: those of a group of receipts, each of
// another member, committed together; and those that all go to one account, each in a
// transaction of its own, as the receipts of one member do.
func (c *benchLedgerCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	return c.inWorld(ctx, log, func(w *world) error {
		members, err := storage.Collect[memberRow](ctx, w.db, qBenchMembers, ledgerAccounts)
		if err != nil {
			return err
		}
		many, hot := &accruals{w: w, name: "many", members: members, group: receipt.GroupSize}, &accruals{w: w, name: "hot", members: members[:1], group: 1}
		if err := figure(out, "ledger.group", float64(many.group), "accruals"); err != nil {
			return err
		}
		return w.compare(ctx, out, side{name: "ledger", unit: "accruals/s", measure: many.measure}, side{name: "ledger.hot", unit: "accruals/s", measure: hot.measure})
	})
}

type memberRow struct {
	ID int64 `db:"id"`
}

const qBenchMembers = `select id from member order by id limit $1`

type accruals struct {
	w       *world
	name    string
	members []memberRow
	group   int // accruals in one transaction
	runs    int
}

// measure counts accruals; its times are those of their transactions.
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
				if err := b.accrue(ctx, fmt.Sprintf("bench/%s/%d/%d/%d", b.name, b.runs, client, n)); err != nil {
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
	s.perSecond = float64(len(s.times)*b.group) / took.Seconds()
	return s, context.Cause(ctx)
}

// accrue gives to members of whom no two are the same, as groups of receipts do.
func (b *accruals) accrue(ctx context.Context, key string) error {
	now, first := time.Now(), rand.IntN(len(b.members))
	all := make([]ledger.Accrual, b.group)
	for i := range all {
		all[i] = ledger.Accrual{
			Key: fmt.Sprintf("%s/%d", key, i), Member: b.members[(first+i*len(b.members)/b.group)%len(b.members)].ID, Currency: ledger.Bonus,
			Amount: 6422, ExpiresAt: now.AddDate(0, 6, 0), Reason: "bench", At: now,
		}
	}
	return b.w.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		_, err := ledger.AccrueAllTx(ctx, tx, all)
		return err
	})
}
