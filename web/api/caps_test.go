package api

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"besedka/core/campaign"
	"besedka/core/campaign/rules"
	"besedka/core/staff"
	"besedka/storage"
)

const (
	capTerms    = "campaign: cap\nname: x\nperiod: {from: 2026-01-01}\nredeem_cap:\n  - {when: receipt.discount / receipt.total > 0.25, percent: 10}\n  - {percent: 20}\n"
	strictTerms = "campaign: strict\nname: x\nperiod: {from: 2026-01-01}\nwhen: receipt.total >= 5000\nredeem_cap: [{percent: 5}]\n"
)

// campaigns publishes campaigns in the place of the others.
func (d *desk) campaigns(texts map[string]string) {
	d.t.Helper()
	var all []campaign.Source
	for id, text := range texts {
		all = append(all, campaign.Source{ID: id, File: id + ".yaml", Text: []byte(text)})
	}
	d.must(d.db.InTx(d.t.Context(), func(ctx context.Context, tx storage.Tx) error {
		return (&campaign.Service{}).PublishTx(ctx, tx, now.Add(-time.Minute), rules.Terms{Zone: time.UTC}, all)
	}))
}

// Loyalty model A38: the comparison is strict, of several caps the least counts, and
// whoever asks for more hears how much would do.
func TestRedemptionsAreCapped(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.campaigns(map[string]string{"cap": capTerms, "strict": strictTerms})
	d.giveTo(d.member, 900_00, now.AddDate(0, 1, 0))
	for i, tt := range []struct {
		total, discount, max int64 // the last in hundredths
		by                   string
	}{
		{1000_00, 0, 200_00, "cap"},
		{2000_00, 500_00, 300_00, "cap"}, // a quarter is not more than a quarter
		{2000_00, 520_00, 148_00, "cap"},
		{6000_00, 0, 300_00, "strict"},
	} {
		_, quote := d.ask("GET", fmt.Sprintf("/redemptions/quote?member=%d&total=%d&discount=%d", d.member, tt.total, tt.discount), d.tokens[staff.Registrar], "", "")
		if quote["max"] != float64(tt.max) || quote["campaign"] != tt.by || quote["payable"] != float64(tt.total-tt.discount) {
			t.Errorf("%d/%d: the till is told %v", tt.total, tt.discount, quote)
		}
		ask := func(amount int64) (int, map[string]any) {
			body := fmt.Sprintf(`{"member": %d, "amount": %d, "bill": {"total": %d, "discount": %d}}`, d.member, amount, tt.total, tt.discount)
			return d.ask("POST", "/redemptions", d.tokens[staff.Registrar], fmt.Sprint("ask", i, amount), body)
		}
		if status, answer := ask(tt.max + 1); status != 409 || answer["type"] != "urn:besedka:problem:over_cap" || answer["max"] != float64(tt.max) || answer["campaign"] != tt.by {
			t.Errorf("%d/%d, a hundredth more: %d %v", tt.total, tt.discount, status, answer)
		}
		status, answer := ask(tt.max)
		if available, held := d.points(answer); status != 200 || available != float64(900_00-tt.max) || held != float64(tt.max) {
			t.Errorf("%d/%d, the most: %d %v", tt.total, tt.discount, status, answer)
		}
		d.ask("POST", fmt.Sprintf("/redemptions/%v/cancel", answer["id"]), d.tokens[staff.Registrar], fmt.Sprint("cancel", i), "")
	}
}

// A till that asks again when the answer is forgotten is told what it was told,
// whatever campaigns say by then.
func TestCapsAskOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.giveTo(d.member, 900_00, now.AddDate(0, 1, 0))
	ask := func() int {
		status, _ := d.ask("POST", "/redemptions", d.tokens[staff.Registrar], "one", fmt.Sprintf(`{"member": %d, "amount": 50000, "bill": {"total": 100000}}`, d.member))
		return status
	}
	if status := ask(); status != 200 { // no campaign caps anything
		t.Fatalf("before there is a cap: %d", status)
	}
	d.campaigns(map[string]string{"cap": capTerms})
	_, err := d.db.Exec(t.Context(), "delete from idempotency")
	d.must(err)
	if status := ask(); status != 200 {
		t.Errorf("asked again: %d", status)
	}
}

func TestBillsAreChecked(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.giveTo(d.member, 900_00, now.AddDate(0, 1, 0))
	for i, more := range []string{
		`"bill": {"total": 0}`,
		`"bill": {"total": 100, "discount": -1}`,
		`"bill": {"total": 100, "discount": 101}`,
		`"bill": {"total": 100, "store": "nowhere"}`,
		`"bill": {"total": 100, "payable": 100}`,
	} {
		if status, answer := d.ask("POST", "/redemptions", d.tokens[staff.Registrar], fmt.Sprint(i), fmt.Sprintf(`{"member": %d, "amount": 1, %s}`, d.member, more)); status != 400 {
			t.Errorf("%s: %d %v", more, status, answer)
		}
	}
	for query, want := range map[string]int{
		"member=%d&total=100":              200, // all of it
		"member=%d":                        400,
		"member=%d&total=1.5":              400,
		"member=%d&total=100&store=no%%00": 400,
		"member=1%d00&total=100":           404,
	} {
		status, answer := d.ask("GET", "/redemptions/quote?"+fmt.Sprintf(query, d.member), d.tokens[staff.Registrar], "", "")
		if status != want || status == 200 && (answer["max"] != 100.0 || answer["campaign"] != nil) {
			t.Errorf("%s: %d %v", query, status, answer)
		}
	}
}

// What is asked for one purchase under two keys, at once or by two people's points,
// stays within its cap.
func TestOneBillHasOneCap(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.campaigns(map[string]string{"cap": capTerms})
	d.giveTo(d.member, 900_00, now.AddDate(0, 1, 0))
	const tills, each = 8, 60_00 // the cap is 200.00: three of them
	statuses := make([]int, tills)
	var all sync.WaitGroup
	for i := range tills {
		all.Go(func() {
			body := fmt.Sprintf(`{"member": %d, "amount": %d, "bill": {"total": 100000, "number": "7/15"}}`, d.member, each)
			statuses[i], _ = d.ask("POST", "/redemptions", d.tokens[staff.Registrar], fmt.Sprint("till", i), body)
		})
	}
	all.Wait()
	slices.Sort(statuses)
	if want := []int{200, 200, 200, 409, 409, 409, 409, 409}; !slices.Equal(statuses, want) {
		t.Errorf("eight reservations of 60.00 for a cap of 200.00: %v, want %v", statuses, want)
	}
	quote := func(more string) any {
		_, q := d.ask("GET", fmt.Sprintf("/redemptions/quote?member=%d&total=100000%s", d.member, more), d.tokens[staff.Registrar], "", "")
		return q["max"]
	}
	if left, other := quote("&number=7/15"), quote("&number=7/16"); left != float64(20_00) || other != float64(200_00) {
		t.Errorf("left for the bill %v, for another one %v", left, other)
	}
}
