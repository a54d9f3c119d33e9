package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"
)

// benchCmd measures this very build, wired as serve wires it, on a throw-away
// private PostgreSQL with its full durability, and pgbench on the same server
// in turns with it. Figures are lines: name, value, unit, parted by tabs.
type benchCmd struct {
	Turn   benchTurnCmd   `cmd:"" help:"Turns of conversations that wait in the inbox."`
	Wire   benchWireCmd   `cmd:"" help:"Messages from a messenger to the answer on its wire."`
	Calls  benchCallsCmd  `cmd:"" help:"Turns that register a receipt."`
	Outbox benchOutboxCmd `cmd:"" help:"Messages claimed, delivered to a messenger that takes them at once, and marked."`
	Ledger benchLedgerCmd `cmd:"" help:"Accruals of points."`

	Console benchConsoleCmd `cmd:"" help:"How soon operators see what shoppers write, beside turns at half their speed."`

	Credit benchCreditCmd `cmd:"" help:"Verified receipts credited, and their members told."`

	Receipts benchReceiptsCmd `cmd:"" help:"How soon receipts are settled, on a virtual clock."`
}

// benchPlan is how much to measure, and where.
type benchPlan struct {
	Pairs   int    `help:"Measurements of ours, each beside one of pgbench." default:"5"`
	Seconds int    `help:"Length of one measurement." default:"5"`
	Members int    `help:"Members in the database." default:"20000"`
	Dir     string `help:"Folder for the throw-away database; by default the system's for temporary files." type:"path"`
}

// warmUp is how long everything runs once before it counts.
const warmUp = 3 * time.Second

// side is one thing to measure.
type side struct {
	name    string // turn.8
	unit    string
	measure func(ctx context.Context, length time.Duration) (score, error)
}

// score is what one measurement gave.
type score struct {
	perSecond float64
	times     []time.Duration // of single events, in ascending order
}

// p99 is in milliseconds.
func (s score) p99() float64 {
	if len(s.times) == 0 {
		return 0
	}
	return float64(s.times[len(s.times)*99/100]) / float64(time.Millisecond)
}

// baselines are the clients of pgbench; the better one counts.
var baselines = []int{8, 32}

// sides puts pgbench before ours: they are measured in turns, so that both
// meet the same minutes of the machine.
func (w *world) sides(ours []side) []side {
	if w.base == nil {
		return ours
	}
	var all []side
	for _, clients := range baselines {
		all = append(all, side{
			fmt.Sprintf("pgbench.%d", clients), "tps",
			func(ctx context.Context, length time.Duration) (score, error) {
				return w.base.run(ctx, clients, length)
			},
		})
	}
	return append(all, ours...)
}

// compare measures every side once a pair and prints each figure as it comes,
// then the medians and their ratios to the better pgbench of the same pair.
func (w *world) compare(ctx context.Context, out io.Writer, ours ...side) error {
	all := w.sides(ours)
	for _, s := range all {
		if _, err := s.measure(ctx, warmUp); err != nil {
			return fmt.Errorf("warm %s up: %w", s.name, err)
		}
	}
	t := tally{}
	for pair := range w.plan.Pairs {
		for _, s := range all {
			if err := w.sweep(ctx); err != nil {
				return err
			}
			got, err := s.measure(ctx, time.Duration(w.plan.Seconds)*time.Second)
			if err != nil {
				return fmt.Errorf("measure %s: %w", s.name, err)
			}
			t[s.name] = append(t[s.name], got)
			if err := figure(out, fmt.Sprintf("pair.%d.%s", pair+1, s.name), got.perSecond, s.unit); err != nil {
				return err
			}
		}
	}
	return t.print(out, w.base != nil, all, len(ours))
}

// sweep leaves nothing of the measurement before: what nobody was there to send
// counts as sent, and the tables are vacuumed, as pgbench does with its own.
// Minutes of full load between two rounds of autovacuum are not what we ask.
func (w *world) sweep(ctx context.Context) error {
	if _, err := w.db.Exec(ctx, qBenchForget); err != nil {
		return err
	}
	return w.vacuum(ctx)
}

// vacuum brings the tables to rest. What was written to prepare a measurement is written
// out before it: the checkpoints of either side are its own.
func (w *world) vacuum(ctx context.Context) error {
	for _, q := range []string{"vacuum (analyze)", "checkpoint"} {
		if _, err := w.db.Exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// tally holds the scores of each side, one a pair.
type tally map[string][]score

func (t tally) print(out io.Writer, based bool, all []side, ours int) error {
	for i, s := range all {
		err := figure(out, s.name, t.median(s.name, func(pair int) float64 { return t[s.name][pair].perSecond }), s.unit)
		if err == nil {
			err = figure(out, s.name+".p99", t.median(s.name, func(pair int) float64 { return t[s.name][pair].p99() }), "ms")
		}
		if err == nil && based && i >= len(all)-ours {
			err = figure(out, s.name+".ratio", t.median(s.name, func(pair int) float64 { return t[s.name][pair].perSecond / t.baseline(pair) }), "x")
		}
		if err == nil && based && i >= len(all)-ours {
			err = figure(out, s.name+".p99.ratio", t.median(s.name, func(pair int) float64 { return t[s.name][pair].p99() / t["pgbench.8"][pair].p99() }), "x")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// baseline is the better pgbench of a pair.
func (t tally) baseline(pair int) (best float64) {
	for _, clients := range baselines {
		best = max(best, t[fmt.Sprintf("pgbench.%d", clients)][pair].perSecond)
	}
	return best
}

func (t tally) median(name string, of func(pair int) float64) float64 {
	values := make([]float64, len(t[name]))
	for pair := range values {
		values[pair] = of(pair)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func figure(out io.Writer, name string, value float64, unit string) error {
	_, err := fmt.Fprintf(out, "%s\t%.2f\t%s\n", name, value, unit)
	return err
}

const qBenchForget = `
with gone as (delete from outbox_open returning outbox_id)
insert into outbox_outcome (outbox_id, state, attempts) select outbox_id, 'sent', 0 from gone`
