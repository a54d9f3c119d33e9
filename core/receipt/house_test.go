package receipt_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"besedka/core/campaign"
	"besedka/core/campaign/rules"
	"besedka/core/ledger"
	"besedka/core/receipt"
	"besedka/core/verify"
	"besedka/core/verify/emulator"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var (
	moscow = time.FixedZone("MSK", 3*60*60)
	noon   = time.Date(2026, 5, 3, 12, 0, 0, 0, moscow)
)

const cashback = `campaign: cashback
name: Пять процентов
period: {from: 2026-01-01}
when: receipt.total >= 300
reward: {percent: 5, ttl: P6M}
`

// house is the life of receipts on a real database against the emulated tax
// service on the wire, on a clock that the test moves.
type house struct {
	t       testing.TB
	db      *storage.DB
	tax     *emulator.Emulator
	url     string // of the emulated services
	service *receipt.Service

	mu      sync.Mutex
	clock   time.Time
	notices map[string]receipt.Notice // by key, as the one door keeps them
	broken  string                    // a key that the one door fails on
	hang    func()                    // what happens while the tax service hangs
	keys    int
}

func open(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, db: storagetest.DB(t), clock: noon, notices: map[string]receipt.Notice{}, hang: func() {}}
	var err error
	h.tax, err = emulator.New(emulator.Config{Now: h.now, Strict: true, ChecksADay: 10_000, Hang: func(context.Context, time.Duration) { h.hang() }})
	h.must(err)
	server := httptest.NewServer(h.tax)
	t.Cleanup(server.Close)
	h.url = server.URL
	h.service = h.serve(verify.New(h.url, "master"))
	_, err = h.db.Exec(t.Context(), "insert into setting (name, value) values ('audit_seed', 'test')")
	h.must(err)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return h.service.Campaigns.PublishTx(ctx, tx, noon.AddDate(0, 0, -1), rules.Terms{Zone: moscowZone(t)},
			[]campaign.Source{{ID: "cashback", File: "campaigns/cashback.yaml", Text: []byte(cashback)}})
	})
	return h
}

func moscowZone(t testing.TB) *time.Location {
	zone, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func (h *house) serve(provider *verify.Client) *receipt.Service {
	return receipt.New(receipt.Config{
		DB: h.db, Campaigns: &campaign.Service{}, Provider: provider, Name: "demo", Zone: moscow,
		Notify: h.notify, Log: slog.New(slog.DiscardHandler),
	})
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock
}

func (h *house) notify(_ context.Context, _ storage.Tx, _ time.Time, news ...receipt.Notice) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, n := range news {
		if n.Key == h.broken {
			return errors.New("the door is stuck")
		}
		h.notices[n.Key] = n
	}
	return nil
}

// heard are the names of the events, with their reasons, by key.
func (h *house) heard() map[string]string {
	h.mu.Lock()
	defer h.mu.Unlock()
	heard := map[string]string{}
	for key, n := range h.notices {
		heard[key] = n.Name
		if reason := n.Args["reason"].Text(); reason != "" {
			heard[key] += " " + reason
		}
	}
	return heard
}

func (h *house) tx(do func(ctx context.Context, tx storage.Tx) error) {
	h.t.Helper()
	h.must(h.db.InTx(h.t.Context(), do))
}

func (h *house) member(registered bool) int64 {
	h.t.Helper()
	id, err := storage.Value[int64](h.t.Context(), h.db,
		"insert into member (created_at, registered_at) values ($1, case when $2 then $1::timestamptz end) returning id", noon, registered)
	h.must(err)
	return id
}

// print makes a receipt at the emulated till and returns its QR text.
func (h *house) print(kopecks int64, at, arrives time.Duration) string {
	h.t.Helper()
	h.keys++
	qr, err := h.tax.AddReceipt(fmt.Appendf(nil, `{"code":3,"operationType":1,"fiscalDriveNumber":"9289000100000001",
		"fiscalDocumentNumber":%d,"fiscalSign":1234567890,"dateTime":%q,"totalSum":%d,"userInn":"7700000001",
		"items":[{"name":"Кефир","price":%d,"quantity":1,"sum":%d}]}`,
		h.keys, noon.Add(at).Format("2006-01-02T15:04:05"), kopecks, kopecks, kopecks), arrives, emulator.OK)
	h.must(err)
	return qr
}

func (h *house) submit(member int64, qr string) receipt.Result {
	h.t.Helper()
	h.keys++
	r, err := h.submitKey(fmt.Sprintf("test/%d", h.keys), member, qr)
	h.must(err)
	return r
}

func (h *house) submitKey(key string, member int64, qr string) (r receipt.Result, err error) {
	err = h.db.InTx(h.t.Context(), func(ctx context.Context, tx storage.Tx) (err error) {
		r, err = h.service.SubmitTx(ctx, tx, h.now(), receipt.Submission{Key: key, Member: member, Text: qr})
		return err
	})
	return r, err
}

type step func(context.Context, time.Time) (bool, time.Time, error)

// settle runs the loops until nothing is due, and on to what falls due within d,
// as a rehearsal does.
func (h *house) settle(d time.Duration) {
	h.t.Helper()
	end := h.now().Add(d)
	for {
		next := h.work()
		if next.IsZero() || next.After(end) {
			break
		}
		h.set(next)
	}
	h.set(end)
	h.work()
}

// work runs every loop dry at the present instant.
func (h *house) work() (next time.Time) {
	h.t.Helper()
	for worked := true; worked; {
		worked, next = false, time.Time{}
		for _, s := range []step{h.service.VerifyStep, h.service.CreditStep, h.service.DeadlineStep, h.service.AuditStep, ledger.Expiry{DB: h.db}.Step} {
			did, at, err := s(h.t.Context(), h.now())
			h.must(err)
			worked = worked || did
			if !at.IsZero() && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
	}
	return next
}

func (h *house) set(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if at.Before(h.clock) {
		h.t.Fatalf("a loop would wake at %v, before %v", at, h.clock)
	}
	h.clock = at
}

// books must be exact whenever a test looks; it returns the member's points.
func (h *house) points(member int64) int64 {
	h.t.Helper()
	report, err := ledger.Check(h.t.Context(), h.db)
	h.must(err)
	if len(report.Breaches) > 0 {
		h.t.Errorf("books: %+v", report.Breaches)
	}
	balance, err := ledger.BalanceOf(h.t.Context(), h.db, h.now(), member, ledger.Bonus)
	h.must(err)
	return balance.Points
}

// states are those of a member's receipts, oldest first.
func (h *house) states(member int64) []string {
	h.t.Helper()
	states, err := storage.Value[[]string](h.t.Context(), h.db, `select coalesce(array_agg(
		case when state = 'credited' then state else concat_ws(' ', state, reason) end order by id), '{}') from receipt where member_id = $1`, member)
	h.must(err)
	return states
}

// stat is what is kept of a member's receipts; it must agree with them.
func (h *house) stat(member int64) (s stat) {
	h.t.Helper()
	s, err := storage.One[stat](h.t.Context(), h.db, "select receipts, checking, turnover from member_stat where member_id = $1", member)
	h.must(err)
	return s
}

type stat struct{ Receipts, Checking, Turnover int64 }

// latest is a member's last receipt.
func (h *house) latest(member int64) receipt.Story {
	h.t.Helper()
	stories, err := receipt.Stories(h.t.Context(), h.db, member)
	h.must(err)
	if len(stories) == 0 {
		h.t.Fatalf("member %d has no receipts", member)
	}
	return stories[0]
}

// sends counts what the tax service was asked, by QR.
func (h *house) sends() map[string]int {
	sends := map[string]int{}
	for _, c := range h.tax.Calls() {
		if c.Call == "send" {
			sends[c.QR]++
		}
	}
	return sends
}

func total(sends map[string]int) (n int) {
	for count := range maps.Values(sends) {
		n += count
	}
	return n
}
