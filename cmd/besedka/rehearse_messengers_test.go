package main

import (
	"strings"
	"testing"
	"time"
)

// TestRehearseMessengers speaks the shipped programme in each messenger that has a
// fake built on package fake, over its own wire: from the first word to the balance.
func TestRehearseMessengers(t *testing.T) {
	r := startRehearsal(t)
	for _, channel := range []string{"max", "vk", "viber"} {
		t.Run(channel, func(t *testing.T) { playToBalance(t, r, channel) })
	}
}

func playToBalance(t *testing.T, r rehearsed, channel string) {
	r.register(t, channel, "olga")
	r.do(t, channel, "olga", fields{"id": "receipt", "photo": fields{"qr": r.receipt(t, 128_450, nil)}})
	r.do(t, channel, "olga", fields{"id": "receipt", "photo": fields{"base64": []byte("the same update again")}})
	r.advance(t, time.Minute)
	if got := r.heard(t, channel, "olga"); strings.Count(got, "64,22") != 1 {
		t.Errorf("heard %q, want the points of the receipt once", got)
	}
	if got := r.do(t, channel, "olga", fields{"text": "баланс"}); !strings.Contains(got, "64,22") {
		t.Errorf("the balance is %q", got)
	}
	if m := r.member(t, channel, "olga"); m.points() != 6422 || len(m.Receipts) != 1 {
		t.Errorf("balance %v, receipts %+v", m.Balances, m.Receipts)
	}
}
