package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"besedka/core/receipt"
	"besedka/core/review"
)

// decide asks /api/v1 as its owner and decodes the answer; a POST has a key of its
// own.
func (r rehearsed) decide(t *testing.T, method, path string, in, out any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	text := r.api(t, method, path, string(body))
	if err := json.Unmarshal([]byte(text), out); err != nil {
		t.Fatalf("%s %s: %s: %v", method, path, text, err)
	}
}

// reviews are the open tasks of a kind that concern a member.
func (r rehearsed) reviews(t *testing.T, k review.Kind, member int64) (found []receipt.Review) {
	t.Helper()
	var page struct{ Reviews []receipt.Review }
	r.decide(t, "GET", "reviews?kind="+string(k), nil, &page)
	for _, task := range page.Reviews {
		if task.Member == member {
			found = append(found, task)
		}
	}
	return found
}

// playReview: who collects receipts at one till is held until a person has looked;
// while they are suspended their receipts are kept; the next morning a receipt of the
// random sample (A17) is found bad, and the bonuses for it go back.
func playReview(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "kira")
	bag := []fields{{"name": "Йогурт питьевой «Полянка» земляника 270г", "price": 40_000, "quantity": 1, "sum": 40_000}}
	send := func() {
		r.do(t, "telegram", "kira", fields{"text": r.receipt(t, 40_000, fields{"receipt": fields{"items": bag, "userInn": "7700000001"}})})
		r.advance(t, 20*time.Second)
	}
	kira := r.member(t, "telegram", "kira").ID
	for range 20 {
		send()
	}
	held := r.reviews(t, review.Fraud, kira)
	if len(held) != 2 || held[1].Reason != "hold" || held[1].State != receipt.Verified {
		t.Fatalf("tasks about who collects receipts: %+v; %+v", held, r.member(t, "telegram", "kira").Receipts)
	}
	if m := r.member(t, "telegram", "kira"); m.points() != 19*2000 || !strings.Contains(r.heard(t, "telegram", "kira"), "сотрудник") {
		t.Errorf("held: %v, heard %s", m.Balances, r.heard(t, "telegram", "kira"))
	}
	var judged receipt.Judged
	r.decide(t, "POST", fmt.Sprintf("reviews/%d/decision", held[1].ID), fields{"approve": true, "cause": "innocent"}, &judged)
	if m := r.member(t, "telegram", "kira"); m.points() != 20*2000 {
		t.Errorf("let pass: %v", m.Balances)
	}
	var answer struct{ Suspended bool }
	r.decide(t, "POST", fmt.Sprintf("members/%d/suspension", kira), fields{"cause": "collected"}, &answer)
	send()
	if got := r.heard(t, "telegram", "kira"); !strings.Contains(got, "Чек на 400 ₽ сохранила") && !strings.Contains(got, "у меня и сохранён") && !strings.Contains(got, "не потеряется") {
		t.Errorf("suspended, they hear:\n%s", got)
	}
	if m := r.member(t, "telegram", "kira"); m.points() != 20*2000 {
		t.Errorf("credited while suspended: %v", m.Balances)
	}
	r.decide(t, "POST", fmt.Sprintf("members/%d/suspension/lift", kira), fields{"note": "поговорили"}, &answer)
	for _, task := range r.reviews(t, review.Fraud, kira) { // it is the next of the row, and held too
		if task.Reason == "hold" {
			r.decide(t, "POST", fmt.Sprintf("reviews/%d/decision", task.ID), fields{"approve": true, "cause": "innocent"}, &judged)
		}
	}
	if m := r.member(t, "telegram", "kira"); m.points() != 21*2000 {
		t.Errorf("lifted: %v", m.Balances)
	}
	r.advance(t, 24*time.Hour)
	sampled := r.reviews(t, review.Sample, kira)
	if len(sampled) == 0 || len(sampled) > 2 {
		t.Fatalf("%d of about 21 credited receipts are sampled, want one in twenty", len(sampled))
	}
	var whole struct{ Claims []receipt.Claim }
	r.decide(t, "GET", fmt.Sprintf("reviews/%d", sampled[0].ID), nil, &whole)
	r.decide(t, "POST", fmt.Sprintf("reviews/%d/decision", sampled[0].ID), fields{"approve": false, "cause": "forged"}, &judged)
	if m := r.member(t, "telegram", "kira"); judged.State != receipt.Revoked || judged.Back.Taken != 2000 || m.points() != 20*2000 {
		t.Errorf("found bad: %+v, %v", judged, m.Balances)
	}
	if got := r.heard(t, "telegram", "kira"); !strings.Contains(got, "Снято 20 бонусов, на счету 400") {
		t.Errorf("the shopper was not told:\n%s", got)
	}
	if got := r.do(t, "telegram", "kira", fields{"text": whole.Claims[0].QR}); !strings.Contains(got, "отозван") {
		t.Errorf("sent again: %q", got)
	}
}
