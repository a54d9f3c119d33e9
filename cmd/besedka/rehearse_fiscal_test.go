package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"besedka/core/receipt"
)

func playThrice(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "vera")
	qr := r.receipt(t, 40_000, nil)
	for i, want := range []bool{true, false, false} {
		if got := r.do(t, "telegram", "vera", fields{"photo": fields{"qr": qr}, "id": "u-1"}); (got != "") != want {
			t.Errorf("delivery %d: heard %q", i+1, got)
		}
	}
	r.advance(t, time.Minute)
	if m := r.member(t, "telegram", "vera"); m.points() != 2000 || len(m.Statement) != 1 {
		t.Errorf("after three deliveries: %+v", m)
	}
	if n := r.asked(t, "send", qr); n != 1 {
		t.Errorf("the tax service was asked %d times, want once", n)
	}
}

func playLate(t *testing.T, r rehearsed) {
	r.register(t, "webchat", "galina")
	qr := r.receipt(t, 100_000, fields{"arrives": "180m"})
	bought := r.now(t).Truncate(time.Minute)
	if got := r.do(t, "webchat", "galina", fields{"photo": fields{"qr": qr}}); !strings.Contains(strings.ToLower(got), "провер") {
		t.Errorf("after the photo: %q, want that it is being checked", got)
	}
	r.advance(t, bought.Add(179*time.Minute).Sub(r.now(t)))
	if m := r.member(t, "webchat", "galina"); m.points() != 0 {
		t.Errorf("credited before the receipt arrived: %+v", m)
	}
	r.advance(t, 61*time.Minute)
	r.advance(t, 24*time.Hour)
	m := r.member(t, "webchat", "galina")
	if len(m.Statement) != 1 || m.points() != 5000 {
		t.Fatalf("a day later: %+v, want 50 once", m)
	}
	if at := m.Statement[0].At.Sub(bought); at < 180*time.Minute || at > 240*time.Minute {
		t.Errorf("credited %v after the purchase, want within 180 to 240 minutes", at)
	}
	if n := strings.Count(r.heard(t, "webchat", "galina"), "50 бонусов"); n != 1 {
		t.Errorf("told %d times, want once:\n%s", n, r.heard(t, "webchat", "galina"))
	}
}

// playFaults: whatever the tax service does for an hour, every receipt is
// credited, once.
func playFaults(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "egor")
	for i, kind := range []string{"down", "slow", "hang", "rate", "daily", "auth", "not_found", "garbage"} {
		began := r.now(t)
		r.must(t, "POST", "fiscal/faults", fields{"kind": kind, "for": "1h"}, &struct{}{})
		for range 2 {
			r.do(t, "telegram", "egor", fields{"photo": fields{"qr": r.receipt(t, 30_000, nil)}})
		}
		if moved := r.now(t).After(began); moved != (kind == "hang") {
			t.Errorf("%s: the clock moved: %v", kind, moved)
		}
		r.advance(t, 20*time.Hour)
		if m := r.member(t, "telegram", "egor"); m.points() != int64(i+1)*3000 || len(m.Statement) != 2*(i+1) {
			t.Fatalf("%s: %+v, want two times 15 more", kind, m)
		}
	}
}

// playCrowd: of twenty who send one receipt at once, through two channels, one
// gets it.
func playCrowd(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "xenia")
	r.register(t, "webchat", "yuri")
	qr := r.receipt(t, 170_000, nil)
	var all sync.WaitGroup
	for i := range 20 {
		channel, who := "telegram", "xenia"
		if i%2 == 0 {
			channel, who = "webchat", "yuri"
		}
		all.Go(func() { r.do(t, channel, who, fields{"photo": fields{"qr": qr}}) })
	}
	all.Wait()
	heard := r.heard(t, "telegram", "xenia") + r.heard(t, "webchat", "yuri")
	refused := 0
	for _, words := range []string{"уже присылали", "уже засчитан", "уже зарегистрирован"} {
		refused += strings.Count(heard, words)
	}
	if refused != 19 {
		t.Errorf("%d of twenty were refused, want nineteen; heard:\n%s", refused, heard)
	}
	r.advance(t, time.Minute)
	x, y := r.member(t, "telegram", "xenia"), r.member(t, "webchat", "yuri")
	if x.points()+y.points() != 8500 || len(x.Statement)+len(y.Statement) != 1 {
		t.Errorf("one has %+v, the other %+v, want 85 once", x, y)
	}
}

// playDesk: a receipt that the tax service does not know of for a day goes to
// a person, whose decision credits it.
func playDesk(t *testing.T, r rehearsed) {
	r.register(t, "webchat", "zoya")
	r.do(t, "webchat", "zoya", fields{"photo": fields{"qr": r.receipt(t, 60_000, fields{"arrives": "900h"})}})
	r.advance(t, 24*time.Hour)
	m := r.member(t, "webchat", "zoya")
	if len(m.Receipts) != 1 || m.Receipts[0].State != receipt.Manual || m.points() != 0 {
		t.Fatalf("a day later: %+v, want a receipt that waits for a person", m)
	}
	decision := strings.NewReader(`{"approve": true, "reason": "чек показан на стойке"}`)
	req, err := http.NewRequestWithContext(t.Context(), "POST", fmt.Sprintf("%s/api/v1/receipts/%d/decision", r.site, m.Receipts[0].ID), decision)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	req.Header.Set("Idempotency-Key", "desk-1")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if m := r.member(t, "webchat", "zoya"); m.points() != 60_000*3/100 {
		t.Errorf("after the decision (%s): %+v, want 3 %% of a receipt whose goods nobody knows", resp.Status, m)
	}
}

func playForged(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "fedor")
	qr := r.receipt(t, 900_000, fields{"verdict": "forged"})
	for range 2 {
		r.do(t, "telegram", "fedor", fields{"photo": fields{"qr": qr}})
		r.advance(t, 48*time.Hour)
	}
	if n := r.asked(t, "send", qr); n != 1 {
		t.Errorf("the tax service was asked %d times for what it had refused, want once", n)
	}
	if m := r.member(t, "telegram", "fedor"); m.points() != 0 {
		t.Errorf("a forged receipt brought %v", m.Balances)
	}
	if got := r.heard(t, "telegram", "fedor"); !strings.Contains(got, "Налоговая не нашла чек") {
		t.Errorf("the shopper was not told why:\n%s", got)
	}
}

func playExpiry(t *testing.T, r rehearsed) {
	before := r.member(t, "webchat", "galina")
	last := before.Statement[0].Expires
	r.must(t, "POST", "clock", fields{"set": last.Add(-time.Second)}, &struct{}{})
	if m := r.member(t, "webchat", "galina"); m.points() != 5000 {
		t.Errorf("a second before their end: %v", m.Balances)
	}
	r.advance(t, time.Second)
	m := r.member(t, "webchat", "galina")
	if m.points() != 0 || len(m.Statement) != 2 || m.Statement[0].Amount != -5000 {
		t.Errorf("at their end: %+v", m)
	}
}
