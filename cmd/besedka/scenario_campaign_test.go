package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/ledger"
)

// scenarioCampaigns are those of the acceptance scenarios, in the place of the shipped
// one.
var scenarioCampaigns = map[string]string{
	"retail": `campaign: retail
name: Полпроцента с небольших чеков
period: {from: 2026-01-01}
when: receipt.total < 1000
reward: {percent: 0.5, exclude_tender: bonus, ttl: P6M}
`,
	"mall": `campaign: mall
name: Розыгрыш торгового центра
period: {from: 2026-01-01}
pools:
  mall: {window: day}
  hyper: {window: day}
reward:
  coupons:
    - {when: receipt.inn == "7825706086", pool: hyper, count: floor(pool.sum / 2000), max: 10}
    - {pool: mall, count: floor(pool.sum / 1000)}
limits:
  - {what: coupons, max: 50, per: receipt}
`,
	"brand": `campaign: brand
name: Бонусы за своё
period: {from: 2026-01-01}
goods: category in "молочное"
reward:
  percent_by_category: {молочное.молоко: 3, молочное.йогурты: 5, молочное.йогурты.премиум: 7}
  ttl: P6M
limits:
  - {what: accrual, max: 500, per: day}
`,
}

// TestCampaignScenarios plays the acceptance scenarios of campaigns over HTTP.
func TestCampaignScenarios(t *testing.T) {
	r := startRehearsal(t)
	r.buys = "Творог «Полянка» 9 %" // for which the brand gives nothing
	if err := os.Remove(filepath.Join(r.folder, "campaigns", "cashback.yaml")); err != nil {
		t.Fatal(err)
	}
	for id, text := range scenarioCampaigns {
		if err := os.WriteFile(filepath.Join(r.folder, "campaigns", id+".yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r.advance(t, 2*time.Minute) // the folder is published, and receipts are of a later minute
	for _, s := range []struct {
		words string
		play  func(*testing.T, rehearsed)
	}{
		{"A61, A27: simulate 999.99 → 4.99 + trace; ledger, counters unchanged; the real run has the same trace hash; 1,000.00 → 0", playA61},
		{"A29: 800.00 of which 100.00 paid by bonus → 3.50", playA29},
		{"A5, A18, A20, A21: coupons by pools of a day", playA18},
		{"A24, A26: the most specific category decides, rounded once, lines add up", playA24},
		{"A25: an unsure line waits for a person, 3.00 then; the same words wait for nobody", playA25},
		{"A37: two awards of 300.00 a day, 500.00 at the most → 300.00 + 200.00, 300.00 desired", playA37},
		{"a draft earns nothing and is simulated; begun, it is credited with the same trace", playDraft},
		{"what is revoked gives its limits and coupons back", playRevoked},
	} {
		t.Run(s.words, func(t *testing.T) { s.play(t, r) })
		var books ledger.Report
		if r.must(t, "GET", "books", nil, &books); len(books.Breaches) > 0 {
			t.Fatalf("after %s the books are wrong: %+v", s.words, books.Breaches)
		}
	}
}

// decided is what a campaign decided, as the API tells it.
type decided struct {
	Campaign, Outcome, Hash string
	Points                  int64
	Brought                 struct {
		Coupons []struct{ Issued, Forfeited int64 }
	}
	Trace json.RawMessage
}

// ask sends staff's request under a key of its own and reads decisions by campaign.
func (r rehearsed) ask(t *testing.T, method, path, body string) map[string]decided {
	t.Helper()
	status, answer := r.staff(t, method, path, fmt.Sprint("ask-", r.asks.Add(1)), body)
	var told struct{ Decisions []decided }
	if err := json.Unmarshal([]byte(answer), &told); err != nil || status != http.StatusOK {
		t.Fatalf("%s %s: %d %s: %v", method, path, status, answer, err)
	}
	all := map[string]decided{}
	for _, d := range told.Decisions {
		all[d.Campaign] = d
	}
	return all
}

// try simulates.
func (r rehearsed) try(t *testing.T, body fields) map[string]decided {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return r.ask(t, "POST", "simulate", string(text))
}

// buy is bring for a receipt that is bought now.
func (r rehearsed) buy(t *testing.T, member, total int64, more fields) (int64, map[string]decided) {
	t.Helper()
	return r.bring(t, member, r.receipt(t, total, more), "{}")
}

// bring registers a receipt at the desk and tells what campaigns decided.
func (r rehearsed) bring(t *testing.T, member int64, qr, tenders string) (int64, map[string]decided) {
	t.Helper()
	status, answer := r.staff(t, "POST", "receipts", fmt.Sprint("ask-", r.asks.Add(1)), fmt.Sprintf(`{"member": %d, "qr": %q, "tenders": %s}`, member, qr, tenders))
	var heard atDesk
	if err := json.Unmarshal([]byte(answer), &heard); err != nil || status != http.StatusOK || heard.Outcome != "taken" {
		t.Fatalf("the desk heard %d %s: %v", status, answer, err)
	}
	r.advance(t, time.Minute)
	return heard.Receipt, r.ask(t, "GET", fmt.Sprintf("receipts/%d/why", heard.Receipt), "")
}

func (r rehearsed) fresh(t *testing.T, name string) int64 {
	t.Helper()
	r.register(t, "webchat", name)
	return r.member(t, "webchat", name).ID
}

func playA61(t *testing.T, r rehearsed) {
	member := r.fresh(t, "a61")
	qr := r.receipt(t, 99_999, nil)
	r.try(t, fields{"qr": qr, "member": member}) // nothing of the first is there for the second
	tried := r.try(t, fields{"qr": qr, "member": member})["retail"]
	if m := r.member(t, "webchat", "a61"); tried.Points != 499 || m.points() != 0 || len(m.Statement) != 0 || len(m.Receipts) != 0 {
		t.Errorf("simulated %+v, and it has left %+v", tried, m)
	}
	id, real := r.bring(t, member, qr, "{}")
	if got := real["retail"]; got.Points != 499 || got.Hash != tried.Hash || string(got.Trace) != string(tried.Trace) {
		t.Errorf("simulated\n%s\ncredited %d by\n%s", tried.Trace, got.Points, got.Trace)
	}
	if m := r.member(t, "webchat", "a61"); m.points() != 499 {
		t.Errorf("credited, and the member has %+v", m)
	}
	for name, d := range r.try(t, fields{"receipt": id}) { // as if it had not been credited
		if d.Hash != real[name].Hash {
			t.Errorf("%s, tried again:\n%s\nstored:\n%s", name, d.Trace, real[name].Trace)
		}
	}
	if d := r.try(t, fields{"qr": r.receipt(t, 100_000, nil)})["retail"]; d.Points != 0 || d.Outcome != "unmet" {
		t.Errorf("1,000.00: %+v", d)
	}
}

func playA29(t *testing.T, r rehearsed) {
	member := r.fresh(t, "a29")
	if _, v := r.bring(t, member, r.receipt(t, 80_000, nil), `{"bonus": 10000}`); v["retail"].Points != 350 {
		t.Errorf("%s", v["retail"].Trace)
	}
}

// playA18: 1,700 makes one coupon and leaves 700; with 400 a second one, and 100 is
// left; 4,300 in the hyper market two. The next day begins anew.
func playA18(t *testing.T, r rehearsed) {
	member := r.fresh(t, "a18")
	hyper := fields{"receipt": fields{"userInn": "7825706086", "totalSum": 430_000, "items": []fields{{"name": "Хлеб", "price": 430_000, "quantity": 1, "sum": 430_000}}}}
	var got []int64
	buy := func(total int64, more fields) {
		_, v := r.buy(t, member, total, more)
		c := v["mall"].Brought.Coupons
		if len(c) != 1 {
			t.Fatalf("%d: %+v", total, v["mall"])
		}
		got = append(got, c[0].Issued, c[0].Forfeited)
	}
	buy(170_000, nil)
	buy(40_000, nil)
	buy(430_000, hyper)
	buy(12_000_000, nil) // with 100 left: 120 more, 50 at the most
	r.advance(t, 24*time.Hour)
	buy(90_000, nil)
	if diff := cmp.Diff([]int64{1, 0, 1, 0, 2, 0, 50, 70, 0, 0}, got); diff != "" {
		t.Errorf("issued and forfeited (-want +got):\n%s", diff)
	}
}

func playA24(t *testing.T, r rehearsed) {
	items := []fields{
		{"name": "МОЛОКО ПОЛЯНКА 2,5% 930МЛ", "price": 8990, "quantity": 2, "sum": 17_980},
		{"name": "ЙОГУРТ ПОЛЯНКА ПИТЬЕВОЙ 270Г", "price": 6450, "quantity": 3, "sum": 19_350},
		{"name": "ЙОГУРТ ЛЕСНОЙ ЛУГ 125Г", "price": 11_900, "quantity": 1, "sum": 11_900},
		{"name": "Хлеб", "price": 4500, "quantity": 1, "sum": 4500},
	}
	total := int64(17_980 + 19_350 + 11_900 + 4500)
	_, v := r.buy(t, r.fresh(t, "a24"), total, fields{"receipt": fields{"items": items, "totalSum": total}})
	want := (17_980*3 + 19_350*5 + 11_900*7) / 100
	if v["brand"].Points != int64(want) || want != 2339 {
		t.Errorf("%d, want %d\n%s", v["brand"].Points, want, v["brand"].Trace)
	}
}

func playA37(t *testing.T, r rehearsed) {
	member := r.fresh(t, "a37")
	total := int64(1_000_000) // three percent are 300.00
	milk := fields{"receipt": fields{"totalSum": total, "items": []fields{{"name": "МОЛОКО ПОЛЯНКА 2,5% 930МЛ", "price": total, "quantity": 1, "sum": total}}}}
	var got []int64
	for range 3 {
		_, v := r.buy(t, member, total, milk)
		got = append(got, v["brand"].Points)
	}
	if diff := cmp.Diff([]int64{30_000, 20_000, 0}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func playDraft(t *testing.T, r rehearsed) {
	r.api(t, "POST", "campaigns/plan/state", `{"state": "draft", "reason": "готовим"}`)
	text := "campaign: plan\nname: x\nperiod: {from: 2026-01-01}\nreward: {fixed: 7, ttl: P6M}\n"
	if err := os.WriteFile(filepath.Join(r.folder, "campaigns", "plan.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r.advance(t, time.Second)
	member := r.fresh(t, "draft")
	id, v := r.buy(t, member, 50_000, nil)
	if _, decided := v["plan"]; decided {
		t.Errorf("a draft decided: %+v", v)
	}
	if v := r.try(t, fields{"receipt": id, "drafts": true}); v["plan"].Points != 700 {
		t.Errorf("simulated: %+v", v)
	}
	r.api(t, "POST", "campaigns/plan/state", `{"state": "active", "reason": "начали"}`)
	if _, v := r.buy(t, member, 50_000, nil); v["plan"].Points != 700 {
		t.Errorf("begun: %+v", v)
	}
	r.api(t, "POST", "campaigns/plan/state", `{"state": "archived", "reason": "кончили"}`)
}

func playRevoked(t *testing.T, r rehearsed) {
	member := r.fresh(t, "revoked")
	total := int64(2_000_000) // 500.00 of milk wanted, and 20 coupons
	milk := fields{"receipt": fields{"totalSum": total, "items": []fields{{"name": "МОЛОКО ПОЛЯНКА 2,5% 930МЛ", "price": total, "quantity": 1, "sum": total}}}}
	id, first := r.buy(t, member, total, milk)
	if first["brand"].Points != 50_000 {
		t.Fatalf("%+v", first)
	}
	r.api(t, "POST", fmt.Sprintf("receipts/%d/revocation", id), `{"reason": "fraud", "note": "чужой чек"}`)
	if got := r.member(t, "webchat", "revoked").points(); got != 0 {
		t.Errorf("%d points are left", got)
	}
	if _, again := r.buy(t, member, total, milk); again["brand"].Points != 50_000 || again["mall"].Brought.Coupons[0].Issued != 20 {
		t.Errorf("the limit is used up by what was revoked: %+v", again)
	}
}
