package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/ledger"
	"besedka/core/tier"
)

// tierFolder are the files that A41 adds to the shipped programme: gold is paid for,
// and has a campaign of its own.
var tierFolder = map[string]string{
	"tiers.yaml": `by: balance
term: P12M
downgrade: base
tiers:
  base: {title: Гость}
  gold: {title: Золото, text: "За уровень спишется 1 000 бонусов.", from: 1000, balance_delta: -1000}
`,
	"locales/en/tiers.yaml": "base.title: Guest\ngold.title: Gold\ngold.text: The level takes 1,000 bonuses.\n",
	"campaigns/gold.yaml": `campaign: gold
name: Десять процентов для «Золота»
period: {from: 2026-01-01}
when: member.tier == "gold"
reward: {percent: 10, ttl: P6M}
`,
}

// TestTierScenario plays A41 over HTTP: "tier Gold at 1,000.00 active, balance_delta:
// -1000, P12M: 1,020.00 → Gold, 20.00; event redelivered → no second −1,000; at end of
// term re-evaluated to base".
func TestTierScenario(t *testing.T) {
	r := startRehearsal(t)
	for name, text := range tierFolder {
		if err := os.WriteFile(filepath.Join(r.folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	zone := moscowZone(t)
	y, m, d := r.now(t).In(zone).Date()
	r.advance(t, time.Date(y, m, d+1, 12, 0, 0, 0, zone).Sub(r.now(t))) // the folder is published, and nobody sleeps
	member := r.fresh(t, "gold")
	points := func(when string, want int64) {
		t.Helper()
		if got := r.member(t, "webchat", "gold").points(); got != want {
			t.Errorf("%s: %d points, want %d", when, got, want)
		}
	}
	tenPercent := func(_ int64, made map[string]decided) int64 { return made["gold"].Points }

	const yogurt = 19_998_00 // five percent of which are 999.90
	if got := tenPercent(r.buy(t, member, yogurt, nil)); got != 0 {
		t.Errorf("%d for gold before it", got)
	}
	points("before", yogurt*5/100)
	before := r.receipt(t, 100_00, nil) // bought before gold and sent after
	r.advance(t, time.Minute)
	for range 2 { // the second time is a redelivery
		status, answer := r.staff(t, "POST", fmt.Sprintf("members/%d/topups", member), "a41", `{"amount": 2010, "reason": "извинение"}`)
		if status != http.StatusOK {
			t.Fatalf("%d %s", status, answer)
		}
		r.advance(t, time.Minute)
		points("gold", yogurt*5/100+20_10-1000_00)
	}
	y, m, d = r.now(t).In(zone).Date()
	if heard := r.heard(t, "webchat", "gold"); strings.Count(heard, "«Золото»") != 1 {
		t.Errorf("told of gold not once: %q", heard)
	}
	if heard := r.do(t, "webchat", "gold", fields{"text": "мой уровень"}); !strings.Contains(heard, "«Золото»") || !strings.Contains(heard, "1 000 бонусов") {
		t.Errorf("my level: %q", heard)
	}
	if got := tenPercent(r.bring(t, member, before, "{}")); got != 0 {
		t.Errorf("%d by the tier of the upload, not of the purchase", got)
	}
	receipt, made := r.buy(t, member, 100_00, nil)
	if made["gold"].Points != 10_00 || !strings.Contains(string(made["gold"].Trace), "member.tier") {
		t.Errorf("gold: %d by receipt %d, trace %s", made["gold"].Points, receipt, made["gold"].Trace)
	}
	points("with gold", 20_00+5_00+5_00+10_00)

	lastOfMonth := time.Date(y+1, m+1, 0, 0, 0, 0, 0, zone).Day()
	end := time.Date(y+1, m, min(d, lastOfMonth)+1, 0, 0, 0, 0, zone)
	r.advance(t, end.Add(-time.Second).Sub(r.now(t)))
	if got := r.tierHistory(t, member); len(got) != 1 {
		t.Errorf("a second before the end: %v", got)
	}
	r.advance(t, 12*time.Hour) // the morning of the day after the term
	// What expires first was taken first: 999.90 and 0.10 of what never expires.
	want := []string{"gold>base lost 2000 0", "base>gold reached 102000 -100000"}
	if diff := cmp.Diff(want, r.tierHistory(t, member)); diff != "" {
		t.Errorf("the history: %s", diff)
	}
	if heard := r.heard(t, "webchat", "gold"); !strings.Contains(heard, "«Гость»") {
		t.Errorf("not told that gold is over: %q", heard)
	}
	var books ledger.Report
	if r.must(t, "GET", "books", nil, &books); len(books.Breaches) > 0 {
		t.Fatalf("the books are wrong: %+v", books.Breaches)
	}
}

func moscowZone(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// tierHistory is what the API tells of a member's tiers, newest first.
func (r rehearsed) tierHistory(t *testing.T, member int64) (lines []string) {
	t.Helper()
	var told struct{ History []tier.Entry }
	if err := json.Unmarshal([]byte(r.api(t, "GET", fmt.Sprintf("members/%d/tier", member), "")), &told); err != nil {
		t.Fatal(err)
	}
	for _, e := range told.History {
		lines = append(lines, fmt.Sprintf("%s>%s %s %d %d", e.Before, e.Tier, e.Reason, e.Measured, e.Delta))
	}
	return lines
}
