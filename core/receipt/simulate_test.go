package receipt_test

import (
	"testing"
	"time"

	"besedka/core/receipt"
)

// What is simulated before a receipt is sent, and again when it is credited, are the
// bytes of the award: the receipt is checked then, and counts neither time as one that
// was before it.
func TestSimulationSeesWhatTheAwardSaw(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.campaigns(map[string]string{"first": `campaign: first
name: За первый чек
period: {from: 2026-01-01}
when: [receipts == 0, checking == 1, known(last_receipt)]
reward: {fixed: 100, ttl: P6M}
`})
	member, other := h.member(true), h.member(true)
	qr := h.print(400_00, -time.Minute, 0)
	tried := func(trial receipt.Trial) string {
		t.Helper()
		a, err := h.service.Simulate(t.Context(), h.now(), trial)
		h.must(err)
		for _, d := range a.Decisions {
			if d.Campaign == "first" {
				return string(d.Trace)
			}
		}
		t.Fatalf("%+v", a)
		return ""
	}
	before := tried(receipt.Trial{Member: member, Text: qr})
	r := h.submit(member, qr)
	h.settle(time.Minute)
	if got := h.points(member); got != 100_00 {
		t.Fatalf("%d points", got)
	}
	var stored string
	decisions, err := h.service.Campaigns.Standing(t.Context(), h.db, r.Receipt)
	h.must(err)
	for _, d := range decisions {
		if d.Campaign == "first" {
			stored = string(d.Trace)
		}
	}
	for when, got := range map[string]string{
		"before it was sent": before, "when it is credited": tried(receipt.Trial{Receipt: r.Receipt}),
		"as another's": tried(receipt.Trial{Receipt: r.Receipt, Member: other}),
	} {
		if got != stored {
			t.Errorf("simulated %s:\n%s\ncredited by\n%s", when, got, stored)
		}
	}
	if s := h.stat(member); s != (stat{Receipts: 1, Turnover: 400_00}) {
		t.Errorf("figures of the member: %+v", s)
	}
}
