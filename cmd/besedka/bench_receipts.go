package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"time"

	"besedka/core/verify/emulator"
	"besedka/storage"
	"besedka/storage/embedded"
)

// benchReceiptsCmd measures how soon receipts are settled. Nothing here depends
// on the machine: the clock is virtual, and the tax service an emulator on
// loopback that works as long and delivers as late as the mix says.
type benchReceiptsCmd struct {
	Mix      string        `help:"How receipts come: at the till, old receipts or bad day." default:"at the till" enum:"at the till,old receipts,bad day"`
	Receipts int           `help:"Receipts a seed." default:"10000"`
	Seeds    int           `help:"Seeds to draw." default:"5"`
	Seed     []uint64      `help:"Seeds to use, in place of drawn ones."`
	Outage   time.Duration `help:"The tax service is down for so long, amid twice as much of uploads."`
	Dir      string        `help:"Folder for the throw-away database; by default the system's for temporary files." type:"path"`
}

// Run prints the figures of each seed and then the worst of all. The usual day
// at the till without an outage is held to what shoppers are promised; every day,
// to losing nothing, crediting nothing twice and asking nothing that is forbidden.
func (c *benchReceiptsCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	dir, err := os.MkdirTemp(c.Dir, "besedka-bench-")
	if err != nil {
		return err
	}
	err = c.inFolder(ctx, dir, out, log)
	return errors.Join(err, os.RemoveAll(dir))
}

func (c *benchReceiptsCmd) inFolder(ctx context.Context, dir string, out io.Writer, log *slog.Logger) error {
	if err := os.Chmod(dir, 0o755); err != nil { // the server may run as another user
		return err
	}
	in, err := place{Data: dir, params: worthless}.reach(ctx, log)
	if err != nil {
		return err
	}
	err = c.measure(ctx, in.cluster, out)
	return errors.Join(err, in.close(ctx))
}

func (c *benchReceiptsCmd) measure(ctx context.Context, cluster *embedded.Cluster, out io.Writer) error {
	for len(c.Seed) < c.Seeds {
		c.Seed = append(c.Seed, uint64(rand.Uint32()))
	}
	var worst outcome
	for i, seed := range c.Seed {
		if err := figure(out, fmt.Sprintf("seed.%d", i+1), float64(seed), "seed"); err != nil {
			return err
		}
		got, err := c.trial(ctx, cluster, fmt.Sprint("seed_", i+1), seed)
		if err == nil {
			err = got.print(out, fmt.Sprintf("seed.%d.", i+1))
		}
		if err != nil {
			return fmt.Errorf("seed %d: %w", seed, err)
		}
		if i == 0 {
			worst = got
		}
		worst = worst.worse(got)
	}
	if err := worst.print(out, "worst."); err != nil {
		return err
	}
	return worst.judge(c.Mix == emulator.AtTheTill.Name && c.Outage == 0)
}

// trial runs one seed in a database of its own.
func (c *benchReceiptsCmd) trial(ctx context.Context, cluster *embedded.Cluster, name string, seed uint64) (outcome, error) {
	if err := cluster.CreateDatabase(ctx, name); err != nil {
		return outcome{}, err
	}
	if err := storage.Migrate(ctx, cluster.DSN(name)); err != nil {
		return outcome{}, err
	}
	db, err := storage.Open(ctx, cluster.DSN(name), maxConnections)
	if err != nil {
		return outcome{}, err
	}
	defer db.Close()
	return c.day(seed).run(ctx, db)
}

// day is what happens in one trial.
func (c *benchReceiptsCmd) day(seed uint64) *day {
	mix, _ := emulator.MixNamed(c.Mix) // one of them
	return &day{receipts: c.Receipts, seed: seed, outage: c.Outage, mix: mix}
}

// outcome is what became of the receipts of a day.
type outcome struct {
	receipts  int
	within30  float64 // percent that were final in 30 seconds from the upload
	within4h  float64 // percent
	settled   float64 // percent that were final or with a person in 24 hours
	median    float64 // seconds to the verdict
	p95       float64
	sends     float64 // requests a receipt
	polls     float64
	persons   int // receipts that a person has to decide in the end
	lost      int // neither final nor with a person after 24 hours
	double    int // accruals beyond one a receipt, and breaches of the books
	repeats   int // requests for requisites that were refused for ever
	fastPolls int // over the service's limits
	named     int // calls that tell the tax service who the shopper is
}

// What shoppers are promised of a usual day.
const (
	promised30 = 96.0
	promised4h = 99.0
	mostSends  = 1.7
)

func (o *outcome) print(out io.Writer, prefix string) error {
	for _, l := range []struct {
		name, unit string
		value      float64
	}{
		{"receipts", "receipts", float64(o.receipts)},
		{"final_30s", "%", o.within30},
		{"final_4h", "%", o.within4h},
		{"settled_24h", "%", o.settled},
		{"verdict.median", "s", o.median},
		{"verdict.p95", "s", o.p95},
		{"sends", "sends/receipt", o.sends},
		{"polls", "polls/receipt", o.polls},
		{"persons", "receipts", float64(o.persons)},
		{"lost", "receipts", float64(o.lost)},
		{"double", "accruals", float64(o.double)},
		{"repeats", "sends", float64(o.repeats)},
		{"fast_polls", "polls", float64(o.fastPolls)},
		{"named_users", "calls", float64(o.named)},
	} {
		if err := figure(out, prefix+l.name, l.value, l.unit); err != nil {
			return err
		}
	}
	return nil
}

// worse takes the worse figure of each.
func (o outcome) worse(b outcome) outcome {
	return outcome{
		receipts: min(o.receipts, b.receipts),
		within30: min(o.within30, b.within30), within4h: min(o.within4h, b.within4h), settled: min(o.settled, b.settled),
		median: max(o.median, b.median), p95: max(o.p95, b.p95), sends: max(o.sends, b.sends), polls: max(o.polls, b.polls),
		persons: max(o.persons, b.persons), lost: max(o.lost, b.lost), double: max(o.double, b.double), repeats: max(o.repeats, b.repeats),
		fastPolls: max(o.fastPolls, b.fastPolls), named: max(o.named, b.named),
	}
}

// judge says which promises were broken; usual adds those of a usual day.
func (o outcome) judge(usual bool) error {
	var broken []error
	hold := func(kept bool, format string, args ...any) {
		if !kept {
			broken = append(broken, fmt.Errorf(format, args...))
		}
	}
	hold(o.lost == 0, "%d receipts are lost", o.lost)
	hold(o.double == 0, "%d accruals too many", o.double)
	hold(o.repeats == 0, "%d requests for what was refused for ever", o.repeats)
	hold(o.fastPolls == 0, "%d polls too quick for the service", o.fastPolls)
	hold(o.named == 0, "%d calls name the shopper", o.named)
	if usual {
		hold(o.within30 >= promised30, "%.2f %% are final in 30 s, promised are %.0f %%", o.within30, promised30)
		hold(o.within4h >= promised4h, "%.2f %% are final in 4 h, promised are %.0f %%", o.within4h, promised4h)
		hold(o.sends <= mostSends, "%.2f sends a receipt, at most %.1f are planned for", o.sends, mostSends)
	}
	return errors.Join(broken...)
}
