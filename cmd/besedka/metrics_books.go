package main

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"besedka/core/ledger"
)

var (
	booksBreaches = prometheus.NewDesc("besedka_books_breaches", "Numbers that were not what postings and receipts say when the books, those of coupons too, were last checked, at night.", nil, nil)
	booksChecked  = prometheus.NewDesc("besedka_books_checked_timestamp_seconds", "When that was.", nil, nil)
)

// books are what the last check came to; there is no metric before the first one.
func (b backlog) books(ctx context.Context, gauge func(d *prometheus.Desc, n int64, labels ...string)) error {
	last, ok, err := ledger.LastCheck(ctx, b.db)
	if err != nil || !ok {
		return err
	}
	gauge(booksBreaches, last.Breaches)
	gauge(booksChecked, last.At.Unix())
	return nil
}
