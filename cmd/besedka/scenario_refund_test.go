package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/coupon"
	"besedka/core/ledger"
	"besedka/core/receipt"
	"besedka/core/review"
)

// dairy is the campaigns of loyalty model 3.4b: percentages by category, a coupon for
// every three of our goods, a mug for the first premium yogurt.
var dairy = map[string]string{
	"brand": scenarioCampaigns["brand"],
	"draw":  "campaign: draw\nname: Розыгрыш\nperiod: {from: 2026-01-01}\ngoods: category in \"молочное\"\nreward: {coupons: floor(goods.qty / 3)}\n",
	"mug": "campaign: mug\nname: Кружка\nperiod: {from: 2026-01-01}\ngoods: category in \"молочное.йогурты.премиум\"\nreward: {gift: kruzhka}\n" +
		"limits: [{what: gift, max: 1, per: campaign}]\n",
}

// startDairy is a rehearsal of those campaigns in the place of the shipped one.
func startDairy(t *testing.T) rehearsed {
	t.Helper()
	r := startRehearsal(t)
	if err := os.Remove(filepath.Join(r.folder, "campaigns", "cashback.yaml")); err != nil {
		t.Fatal(err)
	}
	for id, text := range dairy {
		if err := os.WriteFile(filepath.Join(r.folder, "campaigns", id+".yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r.advance(t, 2*time.Minute)
	r.api(t, "POST", "prizes/kruzhka/stock", `{"change": 3, "reason": "привезли"}`)
	return r
}

// buysDairy sends the receipt of A24 and returns its number.
func (r rehearsed) buysDairy(t *testing.T, channel, who string) int64 {
	t.Helper()
	r.register(t, channel, who)
	items := []fields{
		{"name": "МОЛОКО ПОЛЯНКА 2,5% 930МЛ", "price": 8990, "quantity": 2, "sum": 17_980},
		{"name": "ЙОГУРТ ПОЛЯНКА ПИТЬЕВОЙ 270Г", "price": 6450, "quantity": 3, "sum": 19_350},
		{"name": "ЙОГУРТ ЛЕСНОЙ ЛУГ 125Г", "price": 11_900, "quantity": 1, "sum": 11_900},
		{"name": "Хлеб", "price": 4500, "quantity": 1, "sum": 4500},
	}
	total := int64(17_980 + 19_350 + 11_900 + 4500)
	qr := r.receipt(t, total, fields{"receipt": fields{"items": items, "totalSum": total}})
	r.do(t, channel, who, fields{"photo": fields{"qr": qr}})
	r.advance(t, time.Minute)
	return r.member(t, channel, who).Receipts[0].ID
}

// stands is what a shopper has, and how many mugs are left.
type stands struct {
	Points, Mugs int64
	Coupons      []string
	Gifts        []string // states
}

func (r rehearsed) stands(t *testing.T, channel, who string) (s stands) {
	t.Helper()
	m := r.member(t, channel, who)
	s.Points, s.Mugs = m.points(), r.mugs(t)
	var coupons couponPage
	r.decide(t, "GET", fmt.Sprintf("members/%d/coupons", m.ID), nil, &coupons)
	for _, c := range coupons.Coupons {
		if c.State == coupon.Live {
			s.Coupons = append(s.Coupons, coupon.Printable(c.Number))
		}
	}
	for _, o := range r.orders(t, m.ID) {
		s.Gifts = append(s.Gifts, o.State)
	}
	return s
}

type orderView struct {
	ID    int64
	State string
}

func (r rehearsed) orders(t *testing.T, member int64) []orderView {
	t.Helper()
	var page struct{ Orders []orderView }
	r.decide(t, "GET", fmt.Sprintf("orders?member=%d", member), nil, &page)
	return page.Orders
}

func (r rehearsed) refund(t *testing.T, id int64, body string) (done receipt.Refunded) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.api(t, "POST", fmt.Sprintf("receipts/%d/refunds", id), body)), &done); err != nil {
		t.Fatal(err)
	}
	return done
}

// TestRefundScenario plays refunds of the dairy receipt of A24 over HTTP and in chats:
// 23.39 bonuses, two coupons and a mug are earned. Without the premium yogurt, and
// without one of three yogurts, what is left is told by its own arithmetic.
func TestRefundScenario(t *testing.T) {
	r := startDairy(t)
	milk, yogurts, premium := int64(17_980*3), int64(19_350*5), int64(11_900*7) // hundredths of a minor unit
	whole := (milk + yogurts + premium) / 100
	check := func(when, channel, who string, want stands) {
		t.Helper()
		if diff := cmp.Diff(want, r.stands(t, channel, who)); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", who, when, diff)
		}
	}

	vera := r.buysDairy(t, "telegram", "vera")
	check("credited", "telegram", "vera", stands{whole, 2, []string{"000002", "000001"}, []string{"reserved"}})
	done := r.refund(t, vera, `{"lines": [{"line": 2}], "reason": "вернула йогурт"}`)
	left := (milk + yogurts) / 100
	if whole != 2339 || left != 1506 || done.Taken != whole-left || done.Points != left || done.Sum != 11_900 || len(done.Voided) != 1 {
		t.Errorf("without the premium yogurt: %+v, want %d of %d left", done, left, whole)
	}
	check("without the premium yogurt", "telegram", "vera", stands{left, 3, []string{"000001"}, []string{"cancelled"}})
	if got := r.heard(t, "telegram", "vera"); !strings.Contains(got, "119") || !strings.Contains(got, "8,33") || !strings.Contains(got, "Купон 000002 в розыгрыше больше не участвует") {
		t.Errorf("heard of it: %q", got)
	}
	if why := r.do(t, "telegram", "vera", fields{"button": "Почему столько?"}); !strings.Contains(why, "вернули товаров на 119") || !strings.Contains(why, "15,06") || strings.Contains(why, "7 %") {
		t.Errorf("why: %q", why)
	}

	boris := r.buysDairy(t, "webchat", "boris")
	order := r.orders(t, r.member(t, "webchat", "boris").ID)[0].ID
	r.api(t, "POST", fmt.Sprintf("orders/%d/confirm", order), "{}")
	r.api(t, "POST", fmt.Sprintf("orders/%d/give", order), `{"reason": "показал чат"}`)
	done = r.refund(t, boris, `{"lines": [{"line": 1, "quantity": 1}], "reason": "вернул один йогурт"}`)
	left = (milk + (19_350-6450)*5 + premium) / 100
	if left != 2017 || done.Taken != whole-left || done.Sum != 6450 || len(done.Voided) != 1 {
		t.Errorf("without one of three yogurts: %+v, want %d of %d left", done, left, whole)
	}
	check("without one of three yogurts", "webchat", "boris", stands{left, 2, []string{"000003"}, []string{"handed_over"}})
	r.refund(t, boris, `{"whole": true, "reason": "вернул всё"}`)
	check("all came back, but for the mug", "webchat", "boris", stands{0, 2, nil, []string{"handed_over"}})
	tasks := r.reviews(t, review.Debt, r.member(t, "webchat", "boris").ID)
	if len(tasks) != 1 {
		t.Fatalf("of the mug people are asked: %+v", tasks)
	}
	var whether struct {
		Task struct{ Detail struct{ Gifts []string } }
	}
	r.decide(t, "GET", fmt.Sprintf("reviews/%d", tasks[0].ID), nil, &whether)
	if diff := cmp.Diff([]string{"kruzhka"}, whether.Task.Detail.Gifts); diff != "" {
		t.Errorf("the task says: %s", diff)
	}
	var told struct {
		Decisions []decided
		Refunds   []struct {
			Number    int
			Rest      int64
			Decisions []decided
		}
	}
	r.decide(t, "GET", fmt.Sprintf("receipts/%d/why", boris), nil, &told)
	if len(told.Decisions) != 3 || len(told.Refunds) != 2 || len(told.Refunds[0].Decisions) != 3 || told.Refunds[1].Rest != 0 || len(told.Refunds[1].Decisions) != 0 {
		t.Errorf("staff see %+v", told)
	}
	var books struct {
		ledger.Report
		Coupons coupon.Report
	}
	if r.must(t, "GET", "books", nil, &books); len(books.Breaches)+len(books.Coupons.Breaches) > 0 {
		t.Errorf("books: %+v", books)
	}
}
