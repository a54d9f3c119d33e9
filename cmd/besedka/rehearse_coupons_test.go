package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"besedka/core/coupon"
)

// draw is a campaign that a marketer adds to the shipped ones.
const draw = `campaign: draw
name: Розыгрыш
period: { from: 2026-01-01 }
pools: { day: { window: day } }
reward: { coupons: { pool: day, count: floor(pool.sum / 1000) } }
limits: [{ what: coupons, max: 5, per: receipt }]
`

// TestCouponsInChat: a day of a shopper with a draw on. 3,400 make 3 coupons, 600 more
// make the sum 4,000 and the fourth; a chat that turns out to be theirs has 700 and 600
// of the same day, 1 coupon, and all of it together is 5,300: 5 coupons, none twice.
// Without the 3,400 the sum is 1,900, and 1 is left.
func TestCouponsInChat(t *testing.T) {
	r := startRehearsal(t)
	if err := os.WriteFile(filepath.Join(r.folder, "campaigns", "draw.yaml"), []byte(draw), 0o644); err != nil {
		t.Fatal(err)
	}
	r.register(t, "telegram", "vera")
	r.register(t, "webchat", "vera-at-home")
	buys := func(channel, from string, total int64, want string) {
		t.Helper()
		r.do(t, channel, from, fields{"text": r.receipt(t, total, nil)})
		r.advance(t, 20*time.Second)
		if got := r.heard(t, channel, from); !strings.Contains(got, want) {
			t.Errorf("a receipt of %d: heard %q, want %q", total, got, want)
		}
	}
	if got := r.do(t, "telegram", "vera", fields{"text": "Мои купоны"}); strings.Contains(got, "№") || !strings.Contains(got, "упон") {
		t.Errorf("before any coupon: %q", got)
	}
	buys("telegram", "vera", 3400_00, "000001–000003")
	buys("telegram", "vera", 600_00, "000004")
	buys("webchat", "vera-at-home", 700_00, "+35")
	buys("webchat", "vera-at-home", 600_00, "000005")

	link := linkPayload.FindStringSubmatch(r.do(t, "telegram", "vera", fields{"text": "связать"}))
	if link == nil {
		t.Fatal("no link was given")
	}
	r.do(t, "webchat", "vera-at-home", fields{"text": "/start " + link[1]})
	r.do(t, "webchat", "vera-at-home", fields{"button": "Да, это тоже я"})
	r.do(t, "telegram", "vera", fields{"button": "Да, это тоже я"})
	list := r.do(t, "webchat", "vera-at-home", fields{"text": "/coupons"})
	var last int
	for n := 5; n > 0; n-- {
		at := strings.Index(list, coupon.Printable(int64(n)))
		if at < last {
			t.Errorf("number %d is not in its place:\n%s", n, list)
		}
		last = at
	}
	if !strings.Contains(list, "5") || strings.Contains(list, "000006") || strings.Contains(list, "Ещё") {
		t.Errorf("the joined list:\n%s", list)
	}

	vera := r.member(t, "telegram", "vera")
	var first int64
	for _, item := range vera.Receipts {
		if item.Sum == 3400_00 {
			first = item.ID
		}
	}
	var answer struct{}
	r.decide(t, "POST", fmt.Sprintf("receipts/%d/revocation", first), fields{"reason": "fraud", "note": "чужой чек"}, &answer)
	if got := r.heard(t, "telegram", "vera"); !strings.Contains(got, "000002–000005 в розыгрыше больше не участвуют") {
		t.Errorf("revoked: heard %q", got)
	}
	var page couponPage
	r.decide(t, "GET", fmt.Sprintf("members/%d/coupons", vera.ID), nil, &page)
	if len(page.Coupons) != 5 || page.Coupons[4].State != coupon.Live || page.Coupons[3].Reason != "fraud" {
		t.Errorf("staff see %+v", page)
	}
	r.decide(t, "GET", "coupons?number=000005&campaign=draw", nil, &page)
	if len(page.Coupons) != 1 || page.Coupons[0].Member != vera.ID {
		t.Errorf("staff find %+v", page)
	}
	r.decide(t, "POST", fmt.Sprintf("coupons/%d/void", page.Coupons[0].ID-4), fields{"reason": "выдан кассиру"}, &answer)
	buys("telegram", "vera", 100_00, "+") // 2,000: the second coupon, and none in place of the first
	if got := r.do(t, "telegram", "vera", fields{"text": "купоны"}); strings.Contains(got, "№ 000001 — чек") || !strings.Contains(got, "№ 000006 — чек") {
		t.Errorf("after a void one: %q", got)
	}
	var books struct {
		Breaches []any
		Coupons  coupon.Report
	}
	if r.must(t, "GET", "books", nil, &books); len(books.Breaches)+len(books.Coupons.Breaches) > 0 || books.Coupons.Coupons != 6 || books.Coupons.Live != 1 {
		t.Errorf("books: %+v", books)
	}
}

type couponPage struct{ Coupons []coupon.Coupon }
