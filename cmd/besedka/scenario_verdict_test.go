package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"besedka/core/receipt"
)

// playA12: the tax service refuses a code with another sum than the receipt's, and
// we a receipt with other contents than the code's; the true ones still count.
func playA12(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "generous")
	qr := r.receipt(t, 70_000, nil)
	r.do(t, "telegram", "generous", fields{"photo": fields{"qr": strings.Replace(qr, "s=700.00", "s=1700.00", 1)}})
	r.advance(t, time.Minute)
	m := r.member(t, "telegram", "generous")
	if m.points() != 0 || len(m.Receipts) != 1 || m.Receipts[0].Reason != "forged" {
		t.Errorf("another sum: %+v, want it refused", m)
	}
	if got := r.heard(t, "telegram", "generous"); !strings.Contains(got, "Налоговая не нашла чек") {
		t.Errorf("the shopper was not told why:\n%s", got)
	}
	r.do(t, "telegram", "generous", fields{"photo": fields{"qr": qr}})
	r.advance(t, time.Minute)
	r.must(t, "POST", "fiscal/faults", fields{"kind": "another", "for": "1m"}, &struct{}{})
	r.do(t, "telegram", "generous", fields{"photo": fields{"qr": r.receipt(t, 170_000, nil)}})
	r.advance(t, time.Minute)
	if m := r.member(t, "telegram", "generous"); m.points() != 3500 || m.Receipts[0].Reason != "mismatch" || m.Receipts[0].State != receipt.Rejected {
		t.Errorf("other contents: %+v, want 35 of the true one alone", m)
	}
}

// playA13: a refund is refused by its code alone; nobody is asked.
func playA13(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "returner")
	qr := r.receipt(t, 170_000, nil)
	refund := strings.Replace(qr, "&n=1", "&n=2", 1)
	got := r.do(t, "telegram", "returner", fields{"photo": fields{"qr": refund}})
	if !strings.Contains(got, "возврат") {
		t.Errorf("heard %q, want that it is a refund", got)
	}
	before := r.member(t, "telegram", "returner")
	if heard := r.desk(t, "a13", before.ID, refund); heard.Outcome != "refused" || heard.Reason != "wrong_operation" || heard.Receipt != 0 {
		t.Errorf("the desk heard %+v", heard)
	}
	r.advance(t, time.Hour)
	if m := r.member(t, "telegram", "returner"); m.points() != 0 || len(m.Receipts) != 0 {
		t.Errorf("a refund brought %+v", m)
	}
	if n := r.asked(t, "send", refund); n != 0 {
		t.Errorf("the tax service was asked %d times", n)
	}
}

// playA17: the lot is drawn after midnight. That the same seed draws the same ten is
// shown where the seed is at hand, in core/receipt.
func playA17(t *testing.T, r rehearsed) {
	r.register(t, "webchat", "sampled")
	member := r.member(t, "webchat", "sampled").ID
	r.toMidnight(t)
	credited := r.deskMany(t, 200, member, "0s")
	r.advance(t, time.Minute)
	if m := r.member(t, "webchat", "sampled"); m.points() != 200*1500 {
		t.Fatalf("200 receipts brought %d, want %d", m.points(), 200*1500)
	}
	r.toMidnight(t)
	r.advance(t, 2*time.Minute)
	var drawn []waiting
	for _, task := range r.undecided(t, "sample") {
		if slices.Contains(credited, task.Receipt) {
			drawn = append(drawn, task)
		}
	}
	if len(drawn) != 10 {
		t.Fatalf("of 200 credited %d were drawn, want ten", len(drawn))
	}
	bad := drawn[3]
	status, answer := r.staff(t, "POST", fmt.Sprintf("reviews/%d/decision", bad.ID), "a17", `{"approve": false, "cause": "forged", "note": "на бумаге другая касса"}`)
	if status != http.StatusOK || !strings.Contains(answer, `"state":"revoked"`) {
		t.Fatalf("found bad: %d %s", status, answer)
	}
	if m := r.member(t, "webchat", "sampled"); m.points() != 199*1500 || m.Statement[0].Amount != -1500 {
		t.Errorf("after it was found bad: %d points, %+v, want 15 taken back", m.points(), m.Statement[0])
	}
	if got := r.heard(t, "webchat", "sampled"); !strings.Contains(got, "15 бонусов") {
		t.Errorf("the member was told:\n%s", got[max(0, len(got)-500):])
	}
}

// toMidnight lets the day end in Moscow.
func (r rehearsed) toMidnight(t *testing.T) {
	t.Helper()
	y, m, d := r.now(t).In(time.FixedZone("MSK", 3*60*60)).Date()
	r.must(t, "POST", "clock", fields{"set": time.Date(y, m, d+1, 0, 0, 0, 0, time.FixedZone("MSK", 3*60*60))}, &struct{}{})
}
