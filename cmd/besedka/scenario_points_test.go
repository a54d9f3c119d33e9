package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/ledger"
)

// The sellers of pointsPartners. Each scenario has campaigns and sellers of its own.
const (
	fashionINN, shoesINN, hyperINN, jewelryINN = "3310001000", "3310002003", "3310003007", "3310004000"
	cornerINN, discounterINN, nightINN         = "3310005004", "3310006008", "3310007001"
)

const pointsPartners = `others: pass
partners:
  fashion:    { name: Одежда,    inn: "3310001000", stores: { fashion: { format: магазин } } }
  shoes:      { name: Обувь,     inn: "3310002003", stores: { shoes: { format: магазин } } }
  hyper:      { name: Гипер,     inn: "3310003007", stores: { hyper: { format: гипермаркет } } }
  jewelry:    { name: Золото,    inn: "3310004000", category: ювелирный, stores: { jewelry: { format: магазин } } }
  corner:     { name: У дома,    inn: "3310005004", stores: { corner: { format: магазин } } }
  discounter: { name: Дискаунтер, inn: "3310006008", stores: { discounter: { format: Дискаунтер } } }
  night:      { name: Ночной,    inn: "3310007001", stores: { night: { format: магазин } } }
`

const pointsPrizes = `prizes:
  bag: { name: { ru: "Сумка", en: "A bag" }, price: 500, delivery: desk }
  mug: { name: { ru: "Кружка", en: "A mug" }, price: 100, delivery: desk }
`

const pointsCurrencies = `currencies:
  bonus: { lifetime: P6M }
  star: { title: { ru: "звезда|звезды|звёзд", en: "star|stars" }, debt: allow_negative }
`

var pointsCampaigns = map[string]string{
	"oz": `period: {from: 2019-08-01, to: 2019-10-31}
register_within: P7D
pools: {mall: {window: day}, hyper: {window: day}, jewelry: {window: day}}
reward:
  coupons:
    - {when: partner.id == "hyper", pool: hyper, count: floor(pool.sum / 2000), max: 10}
    - {when: store.category == "ювелирный", pool: jewelry, count: floor(pool.sum / 5000)}
    - {pool: mall, count: floor(pool.sum / 1000)}
limits: [{what: coupons, max: 50, per: receipt}]`,
	"early": `period: {from: 2026-01-01}
before_member_registration: P3D
when: partner.id == "corner"
reward: {fixed: 1, ttl: P6M}`,
	"brand": `period: {from: 2026-01-01}
goods: category in "молочное"
reward: {percent_by_category: {молочное.молоко: 3, молочное.йогурты: 5, молочное.йогурты.премиум: 7}, ttl: P6M}`,
	"night": `period: {from: 2026-01-01}
when: partner.id == "night"
schedule: {weekdays: [fri], time: 22:00-02:00}
reward: {fixed: 1, ttl: P6M}`,
	"place": `period: {from: 2026-01-01}
when: [store.format != "Дискаунтер", receipt.total < 1000]
reward: {percent: 0.5, ttl: P6M}`,
	"profile": `period: {from: 2026-01-01}
when: card.present
reward: {percent: 0.5, ttl: P6M}`,
	"later": `period: {from: 2026-01-01}
when: partner.id == "fashion"
reward: {fixed: 10, delay: P14D, ttl: P6M}`,
	"ten": `period: {from: 2026-01-01}
when: partner.id == "hyper"
reward: {fixed: 10, ttl: P6M}
messages:
  slip: {ru: "Десятка: +{bonus}", en: "Ten: +{bonus}"}
  chat: {ru: "Это «Десятка»: {bonus} {bonus|бонус|бонуса|бонусов}!", en: "It is Ten: {bonus}!"}`,
	"stars": `period: {from: 2026-01-01}
when: partner.id == "shoes"
reward: {fixed: 10, currency: star, ttl: P6M}`,
	"cap": `period: {from: 2026-01-01}
redeem_cap:
  - {when: receipt.discount / receipt.total > 0.25, percent: 10}
  - {percent: 20}`,
}

// TestPointScenarios plays the acceptance scenarios of points, coupons and prizes over
// HTTP. The clock is set back to the days that their words name.
func TestPointScenarios(t *testing.T) {
	r := startRehearsal(t)
	r.buys = "Хлеб"
	r.programmeOfPoints(t)
	r.clock(t, "2026-01-10T14:00:00+03:00")
	for _, s := range []struct {
		words string
		play  func(*testing.T, rehearsed)
	}{
		{"A15: before_member_registration P3D: 3 days before joining → ok; 4 days → before_registration", playA15},
		{"A26: qty 0.308, price 89.99, sum 25.00, milk → 0.75; an item matching yogurt and premium earns 7 % only", playA26},
		{"A28: rule Fri 22:00–02:00: Fri 23:00 yes, Sat 01:59 yes, Sat 02:00 no, Fri 01:00 no", playA28},
		{"A30: store Дискаунтер → 0; no card → 0; explain names them", playA30},
		{"A34: earned 10.00, spent 8.00, revoked: within_balance → 0.00, task 8.00; allow_negative → −8.00, next +10.00 → 2.00", playA34},
		{"a campaign's own words are in the chat and on the slip; why so many is asked in words", playOwnWords},
		{"A35: balance 100.00, 10 parallel redeems of 30.00 → 3 ok, 7 insufficient, rest 10.00", playA35},
		{"A36: same key and body ×5 → 1 transaction, same response; same key, other body → 409", playA36},
		{"A38: 1,000/0 → 200.00; 2,000/500 → 300.00; 2,000/520 → 148.00, 148.01 refused with the max", playA38},
		{"A45: prize 500.00, balance 700.00, stock 3: reserve → 200/500/2; cancel, or 48 h → 700/0/3, expiries unchanged", playA45},
		{"A46: 10 members race for the last one → 1 order, 9 out_of_stock, no points lost", playA46},
		{"A52: survey reward 20.00, submitted twice from two channels → 1 response, +20.00 once", playA52},
		{"A33: P14D, 10.00 on 2026-01-10 15:00: available 0, deferred 10.00, redeem refused; from 01-24T00:00; last day 07-24", playA33},
		{"A19: any order of the four receipts of A18 → 6 coupons", playA19},
		{"A14: 31 July 23:59 → period; 1 August 00:00 → ok; 31 October 23:59 on 7 November 23:59:59 → ok, on 8 November → late", playA14},
	} {
		t.Run(s.words, func(t *testing.T) { s.play(t, r) })
		var books ledger.Report
		if r.must(t, "GET", "books", nil, &books); len(books.Breaches) > 0 {
			t.Fatalf("after %s the books are wrong: %+v", s.words, books.Breaches)
		}
	}
}

// programmeOfPoints puts the scenarios' programme in the place of the shipped one.
func (r rehearsed) programmeOfPoints(t *testing.T) {
	t.Helper()
	r.api(t, "POST", "campaigns/cashback/state", `{"state": "archived", "reason": "здесь свои акции"}`)
	files := map[string]string{"partners.yaml": pointsPartners, "prizes.yaml": pointsPrizes}
	shipped, err := os.ReadFile(filepath.Join(r.folder, "programme.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	files["programme.yaml"] = strings.Replace(string(shipped), "currencies: [bonus]\n", pointsCurrencies, 1)
	for id, text := range pointsCampaigns {
		files["campaigns/"+id+".yaml"] = "campaign: " + id + "\nname: " + id + "\n" + text + "\n"
	}
	if err := os.Remove(filepath.Join(r.folder, "campaigns", "cashback.yaml")); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(r.folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func (r rehearsed) clock(t *testing.T, to string) {
	t.Helper()
	r.must(t, "POST", "clock", fields{"set": to}, &struct{}{})
}

// key is one that no other request of staff has.
func (r rehearsed) key() string { return fmt.Sprint("ask-", r.asks.Add(1)) }

// told makes a request of staff and reads its answer, of whatever status.
func (r rehearsed) told(t *testing.T, method, path, key, body string, out any) (status int) {
	t.Helper()
	status, answer := r.staff(t, method, path, key, body)
	if err := json.Unmarshal([]byte(answer), out); err != nil {
		t.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	return status
}

// account is what a member has of bonuses, as the desk sees it.
type account struct {
	Currency                string
	Points, Held, Pending   int64
	PendingFrom, NextExpiry *time.Time
	NextPoints              int64
}

func (r rehearsed) account(t *testing.T, member int64, currency string) account {
	t.Helper()
	var card struct{ Balances []account }
	r.told(t, "GET", fmt.Sprintf("members/%d", member), "", "", &card)
	for _, a := range card.Balances {
		if a.Currency == currency {
			return a
		}
	}
	t.Fatalf("member %d has no account of %s: %+v", member, currency, card)
	return account{}
}

func (r rehearsed) topUp(t *testing.T, member, amount int64) {
	t.Helper()
	var out struct{}
	if status := r.told(t, "POST", fmt.Sprintf("members/%d/topups", member), r.key(), fmt.Sprintf(`{"amount": %d, "reason": "для примера"}`, amount), &out); status != http.StatusOK {
		t.Fatalf("topped up: %d", status)
	}
}

// redemption is how the API answers who redeems.
type redemption struct {
	ID         int64
	State      string
	Type       string // of a problem
	Max        int64
	statusCode int
}

func (r rehearsed) redeem(t *testing.T, member, amount int64, more string) (out redemption) {
	t.Helper()
	out.statusCode = r.told(t, "POST", "redemptions", r.key(), fmt.Sprintf(`{"member": %d, "amount": %d%s}`, member, amount, more), &out)
	return out
}

// at is a receipt of bread that a seller made at a minute.
func (r rehearsed) at(t *testing.T, minute, inn string, total int64) (qr string) {
	t.Helper()
	line := fields{"name": r.buys, "price": total, "quantity": 1, "sum": total}
	return r.receipt(t, total, fields{"receipt": fields{"items": []fields{line}, "totalSum": total, "userInn": inn, "dateTime": minute + ":00"}})
}

// newcomer is somebody taken in at the desk, on paper, with a receipt of nothing.
func (r rehearsed) newcomer(t *testing.T, phone string) int64 {
	t.Helper()
	version := r.consentVersion(t)
	var out struct{ Member int64 }
	body := fmt.Sprintf(`{"phone": %q, "consents": {"personal_data": %q}, "qr": %q}`, phone, version, r.receipt(t, 100, nil))
	if status := r.told(t, "POST", "receipts", r.key(), body, &out); status != http.StatusOK || out.Member == 0 {
		t.Fatalf("taken in: %d %+v", status, out)
	}
	return out.Member
}

// consentVersion is what a newcomer signs today.
func (r rehearsed) consentVersion(t *testing.T) string {
	t.Helper()
	var known []memberView
	if r.must(t, "GET", "members?channel=webchat&from=a15", nil, &known); len(known) != 1 {
		t.Fatal("A15 has not been played")
	}
	return known[0].Consents[0].Version
}

func playA15(t *testing.T, r rehearsed) {
	joined := r.now(t).In(time.FixedZone("MSK", 3*60*60))
	member := r.fresh(t, "a15")
	for days, want := range map[int]string{3: "credited", 4: "before_registration"} {
		day := joined.AddDate(0, 0, -days).Format(time.DateOnly)
		_, v := r.bring(t, member, r.at(t, day+"T00:00", cornerINN, 100_00), "{}")
		if v["early"].Outcome != want || (v["early"].Points == 100) != (want == "credited") {
			t.Errorf("bought %d days before: %+v", days, v["early"])
		}
	}
}

func playA26(t *testing.T, r rehearsed) {
	member := r.fresh(t, "a26")
	for _, tt := range []struct {
		name              string
		price, sum, parts int64 // the last in thousandths
		percent           int64
	}{
		{"МОЛОКО ПОЛЯНКА 2,5% 930МЛ", 89_99, 25_00, 308, 3},
		{"ЙОГУРТ ЛЕСНОЙ ЛУГ 125Г", 119_00, 119_00, 1000, 7},
	} {
		line := fields{"name": tt.name, "price": tt.price, "quantity": float64(tt.parts) / 1000, "sum": tt.sum}
		_, v := r.buy(t, member, tt.sum, fields{"receipt": fields{"items": []fields{line}, "totalSum": tt.sum}})
		if want := tt.sum * tt.percent / 100; v["brand"].Points != want {
			t.Errorf("%s: %d, want %d: %s", tt.name, v["brand"].Points, want, v["brand"].Trace)
		}
	}
}

// playA28: 9 January 2026 is a Friday.
func playA28(t *testing.T, r rehearsed) {
	member := r.fresh(t, "a28")
	for minute, want := range map[string]int64{"2026-01-09T23:00": 100, "2026-01-10T01:59": 100, "2026-01-10T02:00": 0, "2026-01-09T01:00": 0} {
		if _, v := r.bring(t, member, r.at(t, minute, nightINN, 100_00), "{}"); v["night"].Points != want || want == 0 && v["night"].Outcome != "off_schedule" {
			t.Errorf("at %s: %+v", minute, v["night"])
		}
	}
}

// playA30: campaigns see a card of nobody who has none, and what they saw is told.
func playA30(t *testing.T, r rehearsed) {
	member := r.fresh(t, "a30")
	for _, tt := range []struct {
		inn            string
		place, profile int64
		told           string // in which campaign's trace which condition
	}{
		{cornerINN, 999_99 * 5 / 1000, 0, `profile card.present false`},
		{discounterINN, 0, 0, `place store.format != "Дискаунтер" false`},
	} {
		_, v := r.bring(t, member, r.at(t, "2026-01-10T13:00", tt.inn, 999_99), "{}")
		if v["place"].Points != tt.place || v["profile"].Points != tt.profile || tt.profile == 0 && v["profile"].Outcome != "unmet" {
			t.Errorf("%s: %+v", tt.inn, v)
		}
		if unmet := unmetOf(t, v); !strings.Contains(unmet, tt.told) {
			t.Errorf("%s: it is told that %s, want %s", tt.inn, unmet, tt.told)
		}
	}
}

// unmetOf lists the conditions that did not hold, with the campaigns that ask for them.
func unmetOf(t *testing.T, decisions map[string]decided) string {
	t.Helper()
	var all []string
	for id, d := range decisions {
		var trace struct {
			Conditions []struct {
				Condition string
				Holds     bool
			}
		}
		if err := json.Unmarshal(d.Trace, &trace); err != nil {
			t.Fatal(err)
		}
		for _, c := range trace.Conditions {
			if !c.Holds {
				all = append(all, fmt.Sprintf("%s %s %v", id, c.Condition, c.Holds))
			}
		}
	}
	return strings.Join(all, "\n")
}

// playA34 plays both policies: of bonuses, and of stars, which may be owed.
func playA34(t *testing.T, r rehearsed) {
	const earned, spent = 10_00, 8_00
	member := r.fresh(t, "a34")
	for _, tt := range []struct {
		inn, currency string
		left, due     int64 // after the revocation
	}{
		{hyperINN, "bonus", 0, spent},
		{shoesINN, "star", -spent, 0},
	} {
		buy := func() int64 {
			id, _ := r.bring(t, member, r.at(t, "2026-01-10T13:00", tt.inn, 5000_00), "{}")
			return id
		}
		first := buy()
		if has := r.account(t, member, tt.currency).Points; has != earned {
			t.Fatalf("%s: earned %d", tt.currency, has)
		}
		if word := map[string]string{"bonus": "+10 бонусов", "star": "10 звёзд"}[tt.currency]; !strings.Contains(r.heard(t, "webchat", "a34"), word) {
			t.Errorf("%s: they are not told of %s:\n%s", tt.currency, word, r.heard(t, "webchat", "a34"))
		}
		held := r.redeem(t, member, spent, fmt.Sprintf(`, "currency": %q`, tt.currency))
		r.api(t, "POST", fmt.Sprintf("redemptions/%d/commit", held.ID), "")
		r.api(t, "POST", fmt.Sprintf("receipts/%d/revocation", first), `{"reason": "fraud", "note": "вернули всё"}`)
		if has := r.account(t, member, tt.currency).Points; has != tt.left {
			t.Errorf("%s: revoked, and %d are left, want %d", tt.currency, has, tt.left)
		}
		if due := r.due(t, first); due != tt.due {
			t.Errorf("%s: staff are asked about %d, want %d", tt.currency, due, tt.due)
		}
		if buy(); r.account(t, member, tt.currency).Points != tt.left+earned {
			t.Errorf("%s: the next ten make %d, want %d", tt.currency, r.account(t, member, tt.currency).Points, tt.left+earned)
		}
	}
}

// due is what staff are asked about after a revocation, 0 when they are not.
func (r rehearsed) due(t *testing.T, receipt int64) int64 {
	t.Helper()
	for _, task := range r.undecided(t, "debt") {
		if task.Receipt == receipt {
			var shown struct {
				Task struct{ Detail struct{ Due int64 } }
			}
			r.told(t, "GET", fmt.Sprintf("reviews/%d", task.ID), "", "", &shown)
			return shown.Task.Detail.Due
		}
	}
	return 0
}

func playOwnWords(t *testing.T, r rehearsed) {
	member := r.fresh(t, "words")
	if got := r.do(t, "webchat", "words", fields{"text": "Почему столько?"}); !strings.Contains(got, "асчитанн") {
		t.Errorf("before a receipt, why so many: %q", got)
	}
	id, _ := r.bring(t, member, r.at(t, "2026-01-10T13:00", hyperINN, 5000_00), "{}")
	if got := r.heard(t, "webchat", "words"); strings.Count(got, "Это «Десятка»: 10 бонусов!") != 1 || !strings.Contains(got, "+10 бонусов") {
		t.Errorf("in the chat: %q", got[max(0, len(got)-400):])
	}
	for query, want := range map[string]string{"": "Десятка: +10", "?lang=en": "Ten: +10"} {
		var said struct {
			Messages []struct{ Campaign, Slip, Cashier string }
		}
		r.told(t, "GET", fmt.Sprintf("receipts/%d/messages%s", id, query), "", "", &said)
		if len(said.Messages) != 1 || said.Messages[0].Slip != want || said.Messages[0].Campaign != "ten" {
			t.Errorf("on the slip: %+v", said)
		}
	}
	r.bring(t, member, r.at(t, "2026-01-10T13:00", nightINN, 5000_00), "{}") // brings nothing, and nobody says anything
	if got := r.heard(t, "webchat", "words"); strings.Count(got, "Десятка") != 1 {
		t.Errorf("in the chat, after nothing: %q", got[max(0, len(got)-400):])
	}
	if got := r.do(t, "webchat", "words", fields{"text": "почему так"}); !strings.Contains(got, "5 000 ₽") || !strings.Contains(got, "условие") && !strings.Contains(got, "часы") {
		t.Errorf("why so: %q", got)
	}
	r.api(t, "POST", fmt.Sprintf("receipts/%d/revocation", id), `{"reason": "fraud", "note": "вернули всё"}`)
	if got := r.do(t, "webchat", "words", fields{"text": "история"}); !strings.Contains(got, "10.01.2026: −10 бонусов, чек отозван. Стало 0\n10.01.2026: +10 бонусов, за чек. Стало 10") {
		t.Errorf("the history: %q", got)
	}
	if status, got := r.staff(t, "GET", fmt.Sprintf("receipts/%d/messages", id), "", ""); status != http.StatusOK || !strings.Contains(got, `"messages":[]`) {
		t.Errorf("of what was revoked: %d %s", status, got)
	}
}

func playA35(t *testing.T, r rehearsed) {
	member := r.fresh(t, "a35")
	r.topUp(t, member, 100_00)
	answers := make([]redemption, 10)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = r.redeem(t, member, 30_00, "") })
	}
	all.Wait()
	heard := map[string]int{}
	for _, a := range answers {
		heard[fmt.Sprint(a.statusCode, " ", a.State, a.Type)]++
	}
	if diff := cmp.Diff(map[string]int{"200 open": 100 / 30, "409 urn:besedka:problem:insufficient": 10 - 100/30}, heard); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if has := r.account(t, member, "bonus"); has.Points != 100_00-3*30_00 || has.Held != 3*30_00 {
		t.Errorf("left: %+v", has)
	}
}

func playA36(t *testing.T, r rehearsed) {
	member := r.fresh(t, "a36")
	r.topUp(t, member, 100_00)
	body := fmt.Sprintf(`{"member": %d, "amount": 3000}`, member)
	_, first := r.staff(t, "POST", "redemptions", "a36", body)
	for range 4 {
		if status, again := r.staff(t, "POST", "redemptions", "a36", body); status != http.StatusOK || again != first {
			t.Errorf("again: %d %s, first %s", status, again, first)
		}
	}
	if status, answer := r.staff(t, "POST", "redemptions", "a36", fmt.Sprintf(`{"member": %d, "amount": 3001}`, member)); status != http.StatusConflict {
		t.Errorf("another body: %d %s", status, answer)
	}
	if has := r.account(t, member, "bonus"); has.Points != 70_00 || has.Held != 30_00 {
		t.Errorf("left: %+v", has)
	}
}

func playA38(t *testing.T, r rehearsed) {
	member := r.fresh(t, "a38")
	r.topUp(t, member, 1000_00)
	for _, tt := range []struct{ gross, discount, percent, max int64 }{
		{1000_00, 0, 20, 200_00},
		{2000_00, 500_00, 20, 300_00}, // a quarter: not more than a quarter
		{2000_00, 520_00, 10, 148_00},
	} {
		if own := (tt.gross - tt.discount) * tt.percent / 100; own != tt.max {
			t.Fatalf("%+v: %d", tt, own)
		}
		var quote struct{ Max int64 }
		r.told(t, "GET", fmt.Sprintf("redemptions/quote?member=%d&total=%d&discount=%d", member, tt.gross, tt.discount), "", "", &quote)
		bill := fmt.Sprintf(`, "bill": {"total": %d, "discount": %d}`, tt.gross, tt.discount)
		over, most := r.redeem(t, member, tt.max+1, bill), r.redeem(t, member, tt.max, bill)
		if quote.Max != tt.max || over.Type != "urn:besedka:problem:over_cap" || over.Max != tt.max || most.State != "open" {
			t.Errorf("%d/%d: the till is told %d; a hundredth more: %+v; the most: %+v", tt.gross, tt.discount, quote.Max, over, most)
		}
		r.api(t, "POST", fmt.Sprintf("redemptions/%d/cancel", most.ID), "")
	}
}

// stock is how many of a prize are on the shelf.
func (r rehearsed) stock(t *testing.T, prize string) int64 {
	t.Helper()
	var list struct {
		Prizes []struct {
			Prize string
			Stock int64
		}
	}
	r.told(t, "GET", "prizes", "", "", &list)
	for _, p := range list.Prizes {
		if p.Prize == prize {
			return p.Stock
		}
	}
	return -1
}

// playA45: the 700 are two lots of different days, so that their expiry tells whether
// each has got back what was taken of it.
func playA45(t *testing.T, r rehearsed) {
	member := r.fresh(t, "a45")
	r.api(t, "POST", "prizes/bag/stock", `{"change": 3, "reason": "привезли"}`)
	r.topUp(t, member, 400_00)
	r.advance(t, 24*time.Hour)
	r.topUp(t, member, 300_00)
	before := r.account(t, member, "bonus")
	if before.Points != 700_00 || before.NextPoints != 400_00 {
		t.Fatalf("to begin with: %+v", before)
	}
	reserve := func() (order struct{ ID int64 }) {
		t.Helper()
		r.told(t, "POST", "orders", r.key(), fmt.Sprintf(`{"member": %d, "prize": "bag"}`, member), &order)
		if has := r.account(t, member, "bonus"); has.Points != 200_00 || has.Held != 500_00 || r.stock(t, "bag") != 2 {
			t.Errorf("reserved: %+v, %d on the shelf", has, r.stock(t, "bag"))
		}
		return order
	}
	restored := func(how string) {
		t.Helper()
		if diff := cmp.Diff(before, r.account(t, member, "bonus")); diff != "" || r.stock(t, "bag") != 3 {
			t.Errorf("%s: %d on the shelf (-before +after):\n%s", how, r.stock(t, "bag"), diff)
		}
	}
	first := reserve()
	r.api(t, "POST", fmt.Sprintf("orders/%d/cancel", first.ID), `{"reason": "передумали"}`)
	restored("cancelled")
	reserve()
	r.advance(t, 48*time.Hour)
	restored("after 48 hours")
}

func playA46(t *testing.T, r rehearsed) {
	r.api(t, "POST", "prizes/mug/stock", `{"change": 1, "reason": "осталась одна"}`)
	members := make([]int64, 10)
	for i := range members {
		members[i] = r.newcomer(t, fmt.Sprintf("+7900111220%d", i))
		r.topUp(t, members[i], 100_00)
	}
	heard := make([]string, len(members))
	var all sync.WaitGroup
	for i, member := range members {
		all.Go(func() {
			var out struct{ State, Type string }
			r.told(t, "POST", "orders", r.key(), fmt.Sprintf(`{"member": %d, "prize": "mug"}`, member), &out)
			heard[i] = out.State + out.Type
		})
	}
	all.Wait()
	count, points := map[string]int{}, int64(0)
	for i, member := range members {
		has := r.account(t, member, "bonus")
		count[heard[i]]++
		points += has.Points
		if has.Points+has.Held != 100_00 {
			t.Errorf("member %d has %+v", member, has)
		}
	}
	if diff := cmp.Diff(map[string]int{"reserved": 1, "urn:besedka:problem:out_of_stock": 9}, count); diff != "" || points != 9*100_00 || r.stock(t, "mug") != 0 {
		t.Errorf("%d free, %d on the shelf (-want +got):\n%s", points, r.stock(t, "mug"), diff)
	}
}

// playA52: one person answers in two chats that were joined half-way.
func playA52(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "5252")
	r.register(t, "webchat", "a52")
	before := r.surveyed(t)
	for channel, from := range map[string]string{"telegram": "5252", "webchat": "a52"} {
		for _, act := range []fields{{"text": "опрос"}, {"button": "Почти никогда"}, {"button": "Не хочется"}} {
			r.do(t, channel, from, act)
		}
	}
	link := linkPayload.FindStringSubmatch(r.do(t, "telegram", "5252", fields{"text": "связать"}))
	if link == nil {
		t.Fatal("no link was given")
	}
	r.do(t, "webchat", "a52", fields{"text": "/start " + link[1]})
	r.do(t, "webchat", "a52", fields{"button": "Да, это тоже я"})
	r.do(t, "telegram", "5252", fields{"button": "Да, это тоже я"})
	first, second := r.do(t, "telegram", "5252", fields{"text": "10"}), r.do(t, "webchat", "a52", fields{"text": "10"})
	one, other := r.member(t, "telegram", "5252"), r.member(t, "webchat", "a52")
	if one.ID != other.ID || one.points() != 20_00 || len(one.Statement) != 1 {
		t.Errorf("%+v and %+v; heard %q and %q", one, other, first, second)
	}
	if n := r.surveyed(t) - before; n != 1 {
		t.Errorf("%d responses, want one", n)
	}
}

// surveyed is how many have answered the survey to its end.
func (r rehearsed) surveyed(t *testing.T) int64 {
	t.Helper()
	var results struct{ Completed int64 }
	r.told(t, "GET", "surveys/breakfast/results", "", "", &results)
	return results.Completed
}

func playA33(t *testing.T, r rehearsed) {
	r.clock(t, "2026-01-10T15:00:00+03:00")
	member := r.fresh(t, "a33")
	r.bring(t, member, r.at(t, "2026-01-10T14:59", fashionINN, 5000_00), "{}")
	begins, ends := instant(t, "2026-01-24T00:00:00+03:00"), instant(t, "2026-07-25T00:00:00+03:00")
	if has := r.account(t, member, "bonus"); has.Points != 0 || has.Pending != 10_00 || !has.PendingFrom.Equal(begins) {
		t.Errorf("accrued: %+v", has)
	}
	if got := r.redeem(t, member, 1, ""); got.Type != "urn:besedka:problem:insufficient" {
		t.Errorf("redeemed before its day: %+v", got)
	}
	r.clock(t, "2026-01-23T23:59:59+03:00")
	if has := r.account(t, member, "bonus"); has.Points != 0 {
		t.Errorf("a second before: %+v", has)
	}
	r.clock(t, "2026-01-24T00:00:00+03:00")
	if has := r.account(t, member, "bonus"); has.Points != 10_00 || has.Pending != 0 || has.NextExpiry == nil || !has.NextExpiry.Equal(ends) {
		t.Errorf("from its day on: %+v, want it to last until %v, exclusive", has, ends)
	}
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// playA19 has one day of a member for each of the 24 orders; each member joined in the
// week of theirs.
func playA19(t *testing.T, r rehearsed) {
	r.clock(t, "2019-08-09T12:00:00+03:00")
	four := []struct {
		inn   string
		total int64
	}{{fashionINN, 1700_00}, {shoesINN, 400_00}, {hyperINN, 4300_00}, {jewelryINN, 12_000_00}}
	want := int64((1700+400)/1000 + 4300/2000 + 12_000/5000)
	if want != 6 {
		t.Fatalf("%d coupons by hand", want)
	}
	orders := permutations([]int{0, 1, 2, 3})
	members := []int64{r.newcomer(t, "+79001112211"), r.newcomer(t, "+79001112212"), r.newcomer(t, "+79001112213"), r.newcomer(t, "+79001112214")}
	receipts := make([][]int64, len(orders))
	for place := range four {
		for i, order := range orders {
			bought := four[order[place]]
			day := fmt.Sprintf("2019-08-%02dT10:00", 3+i/len(members))
			heard := r.desk(t, r.key(), members[i%len(members)], r.at(t, day, bought.inn, bought.total))
			receipts[i] = append(receipts[i], heard.Receipt)
		}
		r.advance(t, time.Minute)
	}
	for i, order := range orders {
		var got int64
		for _, id := range receipts[i] {
			for _, c := range r.ask(t, "GET", fmt.Sprintf("receipts/%d/why", id), "")["oz"].Brought.Coupons {
				got += c.Issued
			}
		}
		if got != want {
			t.Errorf("in the order %v: %d coupons, want %d", order, got, want)
		}
	}
}

func permutations(of []int) (all [][]int) {
	if len(of) == 0 {
		return [][]int{nil}
	}
	for i, first := range of {
		rest := append(append([]int{}, of[:i]...), of[i+1:]...)
		for _, p := range permutations(rest) {
			all = append(all, append([]int{first}, p...))
		}
	}
	return all
}

func playA14(t *testing.T, r rehearsed) {
	r.clock(t, "2019-08-01T12:00:00+03:00")
	member := r.newcomer(t, "+79001112299")
	refused := r.desk(t, r.key(), member, r.at(t, "2019-07-31T23:59", fashionINN, 1000_00))
	if refused.Outcome != "refused" || refused.Reason != "out_of_period" {
		t.Errorf("on the eve: %+v", refused)
	}
	outcomes := map[string]string{}
	send := func(minute string) {
		_, v := r.bring(t, member, r.at(t, minute, fashionINN, 1000_00), "{}")
		outcomes[minute+" on "+r.now(t).Add(-time.Minute).In(time.FixedZone("", 3*60*60)).Format(time.DateTime)] = fmt.Sprint(v["oz"].Outcome, len(v["oz"].Brought.Coupons))
	}
	send("2019-08-01T00:00")
	r.clock(t, "2019-11-07T23:59:59+03:00")
	send("2019-10-31T23:59")
	r.clock(t, "2019-11-08T00:00:00+03:00")
	send("2019-10-31T23:59")
	want := map[string]string{
		"2019-08-01T00:00 on 2019-08-01 12:00:00": "credited1",
		"2019-10-31T23:59 on 2019-11-07 23:59:59": "credited1",
		"2019-10-31T23:59 on 2019-11-08 00:00:00": "late0",
	}
	if diff := cmp.Diff(want, outcomes); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
