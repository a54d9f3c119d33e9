package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"besedka/core/coupon"
	"besedka/core/letter"
	"besedka/core/receipt"
	"besedka/core/service"
)

// backlog tells /metrics what is not done, as the database knows it. It asks at
// every scrape, so that all processes tell the same.
type backlog struct{ *app }

// scrapePatience is how long a scrape waits for the database before it answers
// without it.
const scrapePatience = 2 * time.Second

var (
	databaseUp   = prometheus.NewDesc("besedka_database_up", "Whether the database answered this scrape.", nil, nil)
	inboxRows    = prometheus.NewDesc("besedka_inbox_rows", "What waits for a turn, and what was given up (parked).", []string{"state"}, nil)
	outboxRows   = prometheus.NewDesc("besedka_outbox_rows", "Messages to be sent, and those of unknown outcome.", []string{"state"}, nil)
	quarantined  = prometheus.NewDesc("besedka_quarantined_updates", "Updates of messengers that nobody could decode.", nil, nil)
	letterRows   = prometheus.NewDesc("besedka_letters", "SMS and e-mail to be sent, and those of unknown outcome.", []string{"medium", "state"}, nil)
	serviceRows  = prometheus.NewDesc("besedka_waiting_service_requests", "Requests to services of others that are not answered.", []string{"service"}, nil)
	spentAsks    = prometheus.NewDesc("besedka_provider_spent_requests", "Requests of the provider's day that are spent.", []string{"provider"}, nil)
	allAsks      = prometheus.NewDesc("besedka_provider_quota_requests", "Requests of a day, by the quota given; 0 is no limit of ours.", []string{"provider"}, nil)
	pausedAsks   = prometheus.NewDesc("besedka_provider_paused", "Whether receipts nobody has asked for yet are held back from the provider.", []string{"provider"}, nil)
	receiptRows  = prometheus.NewDesc("besedka_unfinished_receipts", "Receipts that are neither credited nor rejected.", []string{"state"}, nil)
	couponsGiven = prometheus.NewDesc("besedka_issued_coupons", "Numbers of coupons that a campaign has given out, void ones too.", []string{"campaign"}, nil)

	verdictSeconds = prometheus.NewDesc("besedka_receipt_verdict_seconds", "Time from the upload of a receipt to its verdict.", []string{"channel"}, nil)
	undecidedRows  = prometheus.NewDesc("besedka_undecided_receipts", "Receipts without a verdict, by age.", []string{"older_than"}, nil)
	sloJudged      = prometheus.NewDesc("besedka_slo_judged_receipts", "Receipts of the window that a target is judged by.", []string{"target"}, nil)
	sloMet         = prometheus.NewDesc("besedka_slo_met_receipts", "Those of them that had their verdict in time.", []string{"target"}, nil)
	sloBroken      = prometheus.NewDesc("besedka_slo_broken", "Whether fewer had it than promised.", []string{"target"}, nil)
)

// Describe names the metrics.
func (b backlog) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		databaseUp, inboxRows, outboxRows, quarantined, letterRows, serviceRows, spentAsks, allAsks, pausedAsks, receiptRows, couponsGiven,
		verdictSeconds, undecidedRows, sloJudged, sloMet, sloBroken, booksBreaches, booksChecked, budgetMax, budgetUsed, budgetNear,
	} {
		ch <- d
	}
}

// Collect counts. A scrape without the database has no counts: none is not 0.
func (b backlog) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapePatience)
	defer cancel()
	gauge := func(d *prometheus.Desc, n int64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n), labels...)
	}
	waiting, err := b.door.Backlog(ctx)
	var receipts map[receipt.State]int64
	if err == nil {
		receipts, err = receipt.Unfinished(ctx, b.db)
	}
	var requests map[string]int64
	if err == nil {
		requests, err = service.Waiting(ctx, b.db)
	}
	var asked []receipt.Standing
	if err == nil {
		asked, err = b.receipts.Standings(ctx)
	}
	var given []coupon.Given
	if err == nil {
		given, err = coupon.Counters(ctx, b.db)
	}
	var letters []letter.Waiting
	if err == nil {
		letters, err = letter.Backlog(ctx, b.db)
	}
	var kept promises
	if err == nil {
		kept, err = b.promises(ctx)
	}
	if err != nil {
		b.log.WarnContext(ctx, "a scrape goes without the database", "err", err)
		gauge(databaseUp, 0)
		return
	}
	gauge(databaseUp, 1)
	gauge(inboxRows, waiting.Fetching, "fetching")
	gauge(inboxRows, waiting.Ready, "ready")
	gauge(inboxRows, waiting.Solo, "solo")
	gauge(inboxRows, waiting.Parked, "parked")
	gauge(outboxRows, waiting.Pending, "pending")
	gauge(outboxRows, waiting.Unknown, "unknown")
	gauge(quarantined, waiting.Quarantined)
	for _, l := range letters {
		gauge(letterRows, l.N, string(l.Medium), string(l.State))
	}
	for name, n := range requests {
		gauge(serviceRows, n, name)
	}
	for state, n := range receipts {
		gauge(receiptRows, n, string(state))
	}
	for _, g := range given {
		gauge(couponsGiven, g.Last, g.Campaign)
	}
	kept.collect(ch)
	for _, st := range asked {
		b.standing(gauge, st)
	}
	if err := b.books(ctx, gauge); err != nil {
		b.log.WarnContext(ctx, "a scrape goes without the books", "err", err)
	}
	if err := b.budgets(ctx, gauge); err != nil {
		b.log.WarnContext(ctx, "a scrape goes without the budgets of campaigns", "err", err)
	}
}

// standing tells how we stand with one provider.
func (b backlog) standing(gauge func(d *prometheus.Desc, n int64, labels ...string), st receipt.Standing) {
	gauge(allAsks, int64(st.Limit), st.Name)
	gauge(spentAsks, int64(st.SpentAt(b.now())), st.Name)
	until, _ := st.PausedUntil(b.now())
	if until.IsZero() {
		gauge(pausedAsks, 0, st.Name)
		return
	}
	gauge(pausedAsks, 1, st.Name)
}
