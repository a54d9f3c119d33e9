package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// flatTerms are those that «Полянка» had before her percentages were of goods.
const flatTerms = `campaign: cashback
name: 5 % с каждого чека
period: { from: 2026-01-01 }
when: receipt.total >= 300
reward: { percent: 5, ttl: P6M }
`

// a24Items are the receipt of A24 in «Полянка»'s own goods.
var a24Items = []fields{
	{"name": "Молоко «Полянка» пастеризованное 2,5% 930мл", "price": 89_90, "quantity": 2, "sum": 179_80},
	{"name": "Йогурт питьевой «Полянка» земляника 270г", "price": 64_50, "quantity": 3, "sum": 193_50},
	{"name": "Йогурт «Лесной луг» черника 125г", "price": 119_00, "quantity": 1, "sum": 119_00},
	{"name": "Хлеб ржаной нарезка 350г", "price": 45_00, "quantity": 1, "sum": 45_00},
}

// playNewTerms: five percent of any receipt from 300 ₽ on give way to 3, 5 and 7 % of
// «Полянка»'s goods. Who bought before the publication keeps five, however late the
// receipt comes; who bought after it has the new ones, explained line by line.
func playNewTerms(t *testing.T, r rehearsed) {
	const total = 179_80 + 193_50 + 119_00 + 45_00
	file := filepath.Join(r.folder, "campaigns", "cashback.yaml")
	shipped, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	publish := func(text []byte) {
		t.Helper()
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
		r.advance(t, 2*time.Minute) // receipts tell whole minutes
	}
	buy := func(total int64, items []fields) string {
		t.Helper()
		return r.receipt(t, total, fields{"receipt": fields{"items": items, "totalSum": total, "userInn": "7825706086"}})
	}
	r.register(t, "telegram", "nina")
	publish([]byte(flatTerms))
	before := buy(total, a24Items)
	publish(shipped)
	after := buy(total, a24Items)
	send := func(qr string) int64 {
		t.Helper()
		had := r.member(t, "telegram", "nina").points()
		r.do(t, "telegram", "nina", fields{"photo": fields{"qr": qr}})
		r.advance(t, time.Minute)
		return r.member(t, "telegram", "nina").points() - had
	}
	why := func() string {
		t.Helper()
		return r.do(t, "telegram", "nina", fields{"button": "Почему столько?"})
	}
	if got, want := send(after), int64((17980*3+19350*5+11900*7)/100); got != want || want != 2339 {
		t.Errorf("bought after the publication: %d, want %d", got, want)
	}
	const lines = "Молоко: 3 % от 179,80 = 5,394\nЙогурты: 5 % от 193,50 = 9,675\nЙогурты «Лесной луг»: 7 % от 119 = 8,33\nВместе = 23,399, вниз до 23,39"
	if got := why(); !strings.Contains(got, lines) {
		t.Errorf("why so many: %q, want %q", got, lines)
	}
	if got, want := send(before), int64(total*5/100); got != want {
		t.Errorf("bought before the publication and sent after it: %d, want %d", got, want)
	}
	if got := why(); !strings.Contains(got, "5 % от 537,30 = 26,865, вниз до 26,86") {
		t.Errorf("why so many: %q", got)
	}
	if got, want := send(buy(89_90, []fields{{"name": a24Items[0]["name"], "price": 89_90, "quantity": 1, "sum": 89_90}})), int64(8990*3/100); got != want {
		t.Errorf("one milk: %d, want %d", got, want)
	}
	if got := send(buy(45_00, a24Items[3:])); got != 0 {
		t.Errorf("bread: %d", got)
	}
	heard := r.heard(t, "telegram", "nina")
	if last := heard[max(0, len(heard)-600):]; !strings.Contains(last, "не нашла") || !strings.Contains(last, "Почему так?") {
		t.Errorf("of a receipt without her goods they hear:\n%s", last)
	}
	if got := r.do(t, "telegram", "nina", fields{"button": "Почему так?"}); !strings.Contains(got, "В чеке нет товаров этой акции.") {
		t.Errorf("why so: %q", got)
	}
}
