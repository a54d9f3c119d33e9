package main

import (
	"fmt"
	"testing"
	"time"
)

// playA25 has its shopper in a chat: what they hear while a person is asked is part of
// it. Half a percent of the whole comes from another campaign, in the same credit.
func playA25(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "vera")
	items := []fields{{"name": "МОЛ.ПОЛ.2,5%", "price": 100_00, "quantity": 1, "sum": 100_00}}
	send := func() (receipt int64) {
		qr := r.receipt(t, 100_00, fields{"receipt": fields{"items": items, "totalSum": 100_00, "userInn": "7825706086"}})
		r.do(t, "telegram", "vera", fields{"photo": fields{"qr": qr}})
		r.advance(t, time.Minute)
		return r.member(t, "telegram", "vera").Receipts[0].ID
	}
	first := send()
	line := r.goods(t, first).Lines[0]
	if m := r.member(t, "telegram", "vera"); line.Verdict != "unsure" || line.Review == 0 || m.points() != 0 || m.Receipts[0].State != "verified" {
		t.Fatalf("before the person: %+v, %d points, %s", line, m.points(), m.Receipts[0].State)
	}
	r.api(t, "POST", fmt.Sprintf("reviews/%d/product", line.Review), `{"product": "молоко_2_5", "reason": "наше молоко"}`)
	r.advance(t, time.Minute)
	if m := r.member(t, "telegram", "vera"); m.points() != 3_50 || m.Receipts[0].State != "credited" {
		t.Fatalf("after the person: %d points, %s", m.points(), m.Receipts[0].State)
	}
	if send(); r.member(t, "telegram", "vera").points() != 7_00 {
		t.Errorf("the next receipt waits: %d points", r.member(t, "telegram", "vera").points())
	}
}
