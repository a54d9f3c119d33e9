package main

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"besedka/core/slo"
)

// promises are what /metrics tells of the time to a verdict.
type promises struct {
	slo.Standing
	totals []slo.Total
}

func (b backlog) promises(ctx context.Context) (p promises, err error) {
	if p.Standing, err = b.slo.Standing(ctx, b.db, b.now()); err != nil {
		return p, err
	}
	p.totals, err = slo.Totals(ctx, b.db)
	return p, err
}

func (p promises) collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, n int64, label string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n), label)
	}
	all, within := p.Undecided.Total(), p.Undecided.Within()
	gauge(undecidedRows, all, "0s")
	for i, f := range p.Targets {
		gauge(undecidedRows, all-within[i], f.Name)
		gauge(sloJudged, f.Judged, f.Name)
		gauge(sloMet, f.Met, f.Name)
		broken := int64(1)
		if f.Kept() {
			broken = 0
		}
		gauge(sloBroken, broken, f.Name)
	}
	for _, t := range p.totals {
		buckets := map[float64]uint64{}
		for i, n := range t.Within() {
			buckets[p.Targets[i].Within.Seconds()] = uint64(n)
		}
		ch <- prometheus.MustNewConstHistogram(verdictSeconds, uint64(t.Total()), t.Took.Seconds(), buckets, t.Channel)
	}
}
