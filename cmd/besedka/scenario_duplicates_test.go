package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// scenarioQR is the receipt that A6, A7 and A9 are about: 1,700.00, five percent of
// which are 85 bonuses.
var scenarioQR string

func playA6(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "owner")
	scenarioQR = r.receipt(t, 170_000, nil)
	replies := 0
	for range 3 {
		if got := r.do(t, "telegram", "owner", fields{"photo": fields{"qr": scenarioQR}, "id": "one-update"}); got != "" {
			replies++
		}
	}
	if replies != 1 {
		t.Errorf("%d replies, want one", replies)
	}
	r.advance(t, time.Minute)
	if m := r.member(t, "telegram", "owner"); len(m.Receipts) != 1 || len(m.Statement) != 1 || m.points() != 8500 {
		t.Errorf("%+v, want one receipt that brought 85", m)
	}
}

// playA7: who stands at the desk learns that the receipt is used, and not by whom.
func playA3(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "signed on a screen")
	version := r.member(t, "telegram", "signed on a screen").Consents[0].Version
	paper := fmt.Sprintf(`{"phone": "8 999 765-43-21", "consents": {"personal_data": %q}, "qr": %q}`, version, r.receipt(t, 40_000, nil))
	for range 2 {
		if status, answer := r.staff(t, "POST", "receipts", "a3", paper); status != http.StatusOK || !strings.Contains(answer, `"created":true`) {
			t.Fatalf("at the desk: %d %s", status, answer)
		}
	}
	r.advance(t, time.Minute)
	var known []memberView
	r.must(t, "GET", "members?phone=%2B79997654321", nil, &known)
	if len(known) != 1 || known[0].points() != 2000 || len(known[0].Consents) != 1 || known[0].Consents[0].Channel != "desk" {
		t.Fatalf("by the number: %+v, want one with 20 and a consent of the desk", known)
	}
	for _, act := range []fields{
		{"text": "/start"},
		{"button": "Согласие даю"},
		{"text": "Мария"},
		{"text": "12.05.1990"},
		{"text": "Казань"},
		{"button": "Нет"},
		{"button": "От друзей"},
		{"contact": fields{"phone": "+79997654321", "own": true}},
	} {
		r.do(t, "telegram", "on paper", act)
	}
	if m := r.member(t, "telegram", "on paper"); m.ID != known[0].ID || m.points() != 2000 || len(m.Receipts) != 1 {
		t.Errorf("in the chat: %+v, want member %d with the 20 of the desk", m, known[0].ID)
	}
	if got := r.do(t, "telegram", "on paper", fields{"text": "баланс"}); !strings.Contains(got, "20") {
		t.Errorf("asked for their balance, they hear %q", got)
	}
}

func playA7(t *testing.T, r rehearsed) {
	r.register(t, "webchat", "stranger")
	stranger := r.member(t, "webchat", "stranger").ID
	heard := r.desk(t, "a7", stranger, scenarioQR)
	if want := (atDesk{Outcome: "duplicate", Reason: "duplicate_other", Sum: 170_000}); heard != want {
		t.Errorf("the desk heard %+v, want %+v", heard, want)
	}
	if again := r.desk(t, "a7", stranger, scenarioQR); again != heard {
		t.Errorf("the same request once more heard %+v", again)
	}
	r.advance(t, time.Minute)
	if m := r.member(t, "webchat", "stranger"); m.points() != 0 || len(m.Receipts) != 0 {
		t.Errorf("the stranger has %+v, want nothing", m)
	}
}

func playA8(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "x")
	r.register(t, "webchat", "y")
	desk, qr := r.member(t, "webchat", "y").ID, r.receipt(t, 170_000, nil)
	var all sync.WaitGroup
	var mu sync.Mutex
	outcomes := map[string]int{}
	count := func(outcome string) {
		mu.Lock()
		defer mu.Unlock()
		outcomes[outcome]++
	}
	for i := range 10 {
		all.Go(func() { r.do(t, "telegram", "x", fields{"photo": fields{"qr": qr}}) })
		all.Go(func() { count(r.desk(t, fmt.Sprintf("a8-%d", i), desk, qr).Outcome) })
	}
	all.Wait()
	r.advance(t, time.Minute)
	heard := r.heard(t, "telegram", "x")
	for _, words := range []string{"уже присылали", "уже засчитан", "уже зарегистрирован"} {
		outcomes["duplicate"] += strings.Count(heard, words)
	}
	if outcomes["duplicate"] != 19 {
		t.Errorf("duplicates: %d, want nineteen; the desk and x heard %v\n%s", outcomes["duplicate"], outcomes, heard)
	}
	x, y := r.member(t, "telegram", "x"), r.member(t, "webchat", "y")
	if len(x.Receipts)+len(y.Receipts) != 1 || len(x.Statement)+len(y.Statement) != 1 || x.points()+y.points() != 8500 {
		t.Errorf("x has %+v, y %+v, want one receipt and 85 between them", x, y)
	}
	if asked := r.asked(t, "send", qr); asked != 1 {
		t.Errorf("the tax service was asked %d times, want once", asked)
	}
}

// playA9: the fiscal key is what makes a receipt; the rest may be written as it
// pleases, by its owner and by anybody.
func playA9(t *testing.T, r rehearsed) {
	part := map[string]string{}
	for _, pair := range strings.Split(scenarioQR, "&") {
		name, value, _ := strings.Cut(pair, "=")
		part[name] = value
	}
	write := func(change fields, order ...string) string {
		pairs := make([]string, len(order))
		for i, name := range order {
			value, ok := change[name]
			if !ok {
				value = part[name]
			}
			pairs[i] = fmt.Sprintf("%s=%s", name, value)
		}
		return strings.Join(pairs, "&")
	}
	usual := []string{"t", "s", "fn", "i", "fp", "n"}
	spellings := map[string]string{
		"the sum without kopecks": write(fields{"s": "1700"}, usual...),
		"a comma in the sum":      write(fields{"s": "1700,00"}, usual...),
		"seconds":                 write(fields{"t": part["t"][:13] + "00"}, usual...),
		"zeros before the number": write(fields{"i": "000" + part["i"]}, usual...),
		"parameters in any order": write(nil, "n", "fp", "i", "fn", "s", "t"),
		"capital names":           strings.Replace(scenarioQR, "&fn=", "&FN=", 1),
	}
	owner, stranger := r.member(t, "telegram", "owner"), r.member(t, "webchat", "stranger")
	for name, text := range spellings {
		if heard := r.desk(t, "a9-own-"+name, owner.ID, text); heard.Reason != "duplicate_own" {
			t.Errorf("%s (%s), for its owner: %+v", name, text, heard)
		}
		if heard := r.desk(t, "a9-other-"+name, stranger.ID, text); heard.Reason != "duplicate_other" || heard.Receipt != 0 {
			t.Errorf("%s (%s), for another: %+v", name, text, heard)
		}
	}
	r.advance(t, time.Minute)
	if after := r.member(t, "telegram", "owner"); len(after.Receipts) != 1 || after.points() != owner.points() {
		t.Errorf("the owner has %+v, had %+v", after, owner)
	}
}
