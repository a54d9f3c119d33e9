package main

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"besedka/core/campaign"
	"besedka/core/campaign/rules"
	"besedka/core/conversation"
	"besedka/core/receipt"
	"besedka/core/seal"
	"besedka/core/slo"
	"besedka/core/verify"
	"besedka/storage"
	"besedka/storage/storagetest"
	"besedka/web"
)

// backlogOf is an app as far as its backlog goes.
func backlogOf(t *testing.T, db *storage.DB) *app {
	t.Helper()
	keys, err := seal.New(bytes.Repeat([]byte{7}, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	return &app{
		installation: &installation{db: db},
		publisher:    &publisher{log: slog.New(slog.DiscardHandler), now: time.Now, campaigns: &campaign.Service{}},
		receipts:     receipt.New(receipt.Config{DB: db}),
		slo:          &slo.Service{DB: db, Zone: time.UTC, Log: slog.New(slog.DiscardHandler)},
		door:         conversation.New(db, keys, nil, conversation.Waker{}, slog.New(slog.DiscardHandler)),
	}
}

// scraped are the samples that Prometheus reads of an app.
func scraped(t *testing.T, a *app) map[string]string {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(backlog{a})
	answer := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	if answer.Code != http.StatusOK {
		t.Fatalf("%d %s", answer.Code, answer.Body)
	}
	samples := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^([^# ]\S*) (\S+)$`).FindAllStringSubmatch(answer.Body.String(), -1) {
		samples[m[1]] = m[2]
	}
	return samples
}

// warnings are the checks that warn, by name.
func warnings(t *testing.T, checks []web.Check) string {
	t.Helper()
	var names []string
	for _, c := range checks {
		warning, err := c.Run(t.Context())
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		if warning != "" {
			names = append(names, c.Name)
		}
	}
	return strings.Join(names, " ")
}

const pausedProviders = `
insert into provider_state (provider, open_until, cause, spent, spent_until) values ('fns', now() + interval '10 minutes', 'auth', 7, now() + interval '1 hour');
insert into provider_state (provider, spent, spent_until) values ('proverkacheka', 15, now() + interval '1 hour')`

// unfinishedBusiness has as many rows of every kind as its digit says, and
// finished ones beside them.
const unfinishedBusiness = `
insert into member (created_at) values ('2026-05-03');
insert into subject (member_id, channel, sealed_peer, wrapped_key, created_at)
select 1, 'webchat', '', key, '2026-05-03' from (values ('key'::bytea), (null)) v(key);
insert into conversation (subject_id, channel, at) select id, 'webchat', '2026-05-03' from subject;
insert into inbox (conversation_id, kind, dedupe_key, sealed, received_at)
select 1, 'message', state || n, '', '2026-05-03'
from (values ('fetching', 1), ('ready', 2), ('solo', 3), ('parked', 4), ('done', 9)) v(state, many), generate_series(1, many) n;
insert into inbox_open (inbox_id, conversation_id, state)
select id, 1, rtrim(dedupe_key, '0123456789') from inbox where dedupe_key not like 'done%';
insert into inbox (conversation_id, kind, dedupe_key, sealed, received_at) values (2, 'message', 'erased', '', '2026-05-03');
insert into inbox_open (inbox_id, conversation_id, state) select id, 2, 'parked' from inbox where dedupe_key = 'erased';
insert into outbox (conversation_id, channel, key, sealed, at)
select 1, 'webchat', state || n, '', '2026-05-03'
from (values ('pending', 5), ('unknown', 6), ('sent', 9), ('failed', 9)) v(state, many), generate_series(1, many) n;
insert into outbox_open (conversation_id, outbox_id, channel, priority) select 1, id, 'webchat', 0 from outbox where key like 'pending%';
insert into outbox_outcome (outbox_id, state, attempts) select id, rtrim(key, '0123456789'), 1 from outbox where key not like 'pending%';
insert into quarantine (account, key, sealed, reason, at)
select 'telegram/1', n::text, '', 'no update', '2026-05-03' from generate_series(1, 7) n;
insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
select state, n, 1, 1, '2026-05-03', 'UTC', '2026-05-03', 100, 1, state, '2026-05-03', '2026-05-03'
from (values ('queued', 1), ('manual', 3), ('verified', 4), ('credited', 9), ('rejected', 9)) v(state, many), generate_series(1, many) n;
insert into service_call (conversation_id, turn_no, service, sealed, due_at, until)
select 1, n, 'loyalty', '', '2026-05-03', '2026-05-03' from generate_series(1, 8) n;
insert into campaign (id, state) values ('oz', 'draft');
insert into coupon_counter (campaign_id, last) values ('oz', 130000);
insert into slo_day (day, channel, missed, receipts, took_us)
select now(), 'desk', missed, receipts, 1500000 from (values (0, 9), (1, 5), (2, 4), (3, 2)) v(missed, receipts);
insert into slo_day (day, channel, missed, receipts, took_us) values ('2026-05-03', 'desk', 0, 100, 500000)`

func TestBacklog(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	a := backlogOf(t, db)
	if got := warnings(t, a.checks()); got != "tax_service" {
		t.Errorf("a new database warns of %q", got)
	}
	a.provider = verify.New("http://127.0.0.1:1", "token")
	a.second = verify.NewProverkacheka("http://127.0.0.1:1", "token")
	a.receipts.Provider, a.receipts.Name, a.receipts.Quota = a.provider, "fns", 1000
	a.receipts.Second, a.receipts.SecondQuota, a.name = a.second, 15, "fns"
	if got := warnings(t, a.checks()); got != "" {
		t.Errorf("with a tax service it warns of %q", got)
	}
	for _, sql := range strings.Split(unfinishedBusiness+";"+pausedProviders, ";") {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	err := db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		return a.campaigns.PublishTx(ctx, tx, time.Now().Add(-time.Hour), rules.Terms{Zone: time.UTC}, []campaign.Source{{ID: "all", File: "campaigns/all.yaml", Text: []byte(
			"campaign: all\nname: x\nperiod: {from: 2026-01-01}\nreward: {fixed: 1, ttl: P6M}\nlimits: [{id: money, what: accrual, max: 1000, of: campaign, soft: 80}]\n")}})
	})
	if err == nil {
		_, err = db.Exec(t.Context(), "insert into campaign_counter (campaign_id, limit_id, kind, subject, period, used) values ('all', 'money', 'campaign', '', '', 80000)")
	}
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		`besedka_campaign_budget_max{campaign="all",limit="money"}`:  "100000",
		`besedka_campaign_budget_used{campaign="all",limit="money"}`: "80000",
		`besedka_campaign_budget_near{campaign="all",limit="money"}`: "1",

		`besedka_database_up`:                           "1",
		`besedka_inbox_rows{state="fetching"}`:          "1",
		`besedka_inbox_rows{state="ready"}`:             "2",
		`besedka_inbox_rows{state="solo"}`:              "3",
		`besedka_inbox_rows{state="parked"}`:            "4",
		`besedka_outbox_rows{state="pending"}`:          "5",
		`besedka_outbox_rows{state="unknown"}`:          "6",
		`besedka_quarantined_updates`:                   "7",
		`besedka_issued_coupons{campaign="oz"}`:         "130000",
		`besedka_unfinished_receipts{state="queued"}`:   "1",
		`besedka_unfinished_receipts{state="waiting"}`:  "0",
		`besedka_unfinished_receipts{state="manual"}`:   "3",
		`besedka_unfinished_receipts{state="verified"}`: "4",

		`besedka_waiting_service_requests{service="loyalty"}`: "8",

		`besedka_undecided_receipts{older_than="0s"}`:                       "4",
		`besedka_undecided_receipts{older_than="30s"}`:                      "4",
		`besedka_undecided_receipts{older_than="4h"}`:                       "4",
		`besedka_undecided_receipts{older_than="24h"}`:                      "4",
		`besedka_slo_met_receipts{target="30s"}`:                            "9",
		`besedka_slo_met_receipts{target="4h"}`:                             "14",
		`besedka_slo_met_receipts{target="24h"}`:                            "18",
		`besedka_slo_judged_receipts{target="30s"}`:                         "24",
		`besedka_slo_judged_receipts{target="4h"}`:                          "24",
		`besedka_slo_judged_receipts{target="24h"}`:                         "24",
		`besedka_slo_broken{target="30s"}`:                                  "1",
		`besedka_slo_broken{target="4h"}`:                                   "1",
		`besedka_slo_broken{target="24h"}`:                                  "1",
		`besedka_receipt_verdict_seconds_bucket{channel="desk",le="30"}`:    "109",
		`besedka_receipt_verdict_seconds_bucket{channel="desk",le="14400"}`: "114",
		`besedka_receipt_verdict_seconds_bucket{channel="desk",le="86400"}`: "118",
		`besedka_receipt_verdict_seconds_bucket{channel="desk",le="+Inf"}`:  "120",
		`besedka_receipt_verdict_seconds_sum{channel="desk"}`:               "6.5",
		`besedka_receipt_verdict_seconds_count{channel="desk"}`:             "120",
		`besedka_provider_paused{provider="fns"}`:                           "1",
		`besedka_provider_quota_requests{provider="fns"}`:                   "1000",
		`besedka_provider_spent_requests{provider="fns"}`:                   "7",
		`besedka_provider_paused{provider="proverkacheka"}`:                 "1",
		`besedka_provider_quota_requests{provider="proverkacheka"}`:         "15",
		`besedka_provider_spent_requests{provider="proverkacheka"}`:         "15",
	}
	if diff := cmp.Diff(want, scraped(t, a)); diff != "" {
		t.Errorf("metrics: %s", diff)
	}
	if got := warnings(t, a.checks()); got != "tax_service second_provider parked undecodable" {
		t.Errorf("warned of %q", got)
	}
}

// TestScrapeWithoutADatabase asks servers that are gone, and one that takes
// connections and says nothing.
func TestScrapeWithoutADatabase(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for name, address := range map[string]string{"gone": freeAddress(t), "silent": silent.Addr().String()} {
		db, err := storage.Open(t.Context(), "postgres://besedka@"+address+"/besedka?sslmode=disable", 0)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if diff := cmp.Diff(map[string]string{"besedka_database_up": "0"}, scraped(t, backlogOf(t, db))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
