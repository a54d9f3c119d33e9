package forecast

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/campaign/rules"
)

func parse(t testing.TB, id, keys string) *rules.Campaign {
	t.Helper()
	text := "campaign: " + id + "\nname: x\n" + keys + "\n"
	if !strings.Contains(keys, "period:") {
		text += "period: {from: 2026-01-01}\n"
	}
	c, problems := rules.Parse("campaigns/"+id+".yaml", []byte(text), rules.Terms{Zone: moscow})
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	return c
}

// bought is a receipt of a day and hour of May 2026.
func bought(member int64, day, hour int, total int64) rules.Facts {
	return rules.Facts{Receipt: rules.Receipt{Purchased: time.Date(2026, 5, day, hour, 0, 0, 0, moscow), Total: total}, Member: rules.Member{ID: member}}
}

func run(t testing.TB, f *Forecast, all ...rules.Facts) Result {
	t.Helper()
	for _, facts := range all {
		if err := f.Add(facts); err != nil {
			t.Fatal(err)
		}
	}
	return f.Result()
}

// TestBudgetEnds: two receipts a day of 100.00 at 10 % take 20.00 a day, so that a budget
// of 70.00 ends with the seventh receipt, which is the first of the fourth day.
func TestBudgetEnds(t *testing.T) {
	t.Parallel()
	draft := parse(t, "c", "reward: {percent: 10, ttl: P6M}\nlimits: [{id: all, what: accrual, max: 70, of: campaign}, {id: weekly, what: accrual, max: 40, of: campaign, per: week}]")
	f := New(Input{Draft: draft, Zone: moscow})
	var all []rules.Facts
	for n := range 12 {
		all = append(all, bought(int64(n%2+1), 4+n/2, 10+n%2*5, 100_00)) // from Monday the 4th
	}
	r := run(t, f, all...)
	// The week's 40.00 go with the fourth receipt; the week of the 11th is not reached.
	if got := r.Draft.Own.Points["bonus"]; got != 40_00 {
		t.Errorf("a week of 40.00 gives %d", got)
	}
	ends := time.Date(2026, 5, 5, 15, 0, 0, 0, moscow)
	if w := r.Draft.Limits[1]; w.Times != 1 || !w.First.Equal(ends) || len(w.Ends) != 1 || w.Ends[0].Window != "2026-W19" || !w.Ends[0].At.Equal(ends) || w.Used != 40_00 {
		t.Errorf("the week ends %+v, want once, at %s", w, ends)
	}

	draft = parse(t, "c", "reward: {percent: 10, ttl: P6M}\nlimits: [{id: all, what: accrual, max: 70, of: campaign}]")
	r = run(t, New(Input{Draft: draft, Zone: moscow}), all...)
	const each, budget = 10_00, 70_00
	last := all[(budget+each-1)/each-1].Receipt.Purchased
	if l := r.Draft.Limits[0]; l.Used != budget || l.Times != 1 || len(l.Ends) != 1 || !l.Ends[0].At.Equal(last) {
		t.Errorf("the budget fares %+v, want its end at %s", l, last)
	}
	var running []int64
	for _, d := range r.Days {
		running = append(running, d.Budgets["all"])
	}
	if diff := cmp.Diff([]int64{20_00, 40_00, 60_00, 70_00, 70_00, 70_00}, running); diff != "" {
		t.Errorf("the running budget: %s", diff)
	}
}

// TestWhoGains: by 10 % in place of a flat 20.00, whoever buys for more than 200.00 gains,
// as if the draft had been on then already.
func TestWhoGains(t *testing.T) {
	t.Parallel()
	f := New(Input{Draft: parse(t, "c", "period: {from: 2030-01-01}\nreward: {percent: 10, ttl: P6M}"), Active: parse(t, "c", "reward: {fixed: 20, ttl: P6M}"), Zone: moscow})
	r := run(t, f, bought(1, 1, 9, 1000_00), bought(2, 1, 9, 100_00), bought(3, 1, 9, 200_00), bought(4, 2, 9, 300_00), bought(2, 2, 9, 150_00), bought(5, 2, 9, 700_00))
	want := []Change{{
		Measure: Measure{"points", "bonus"},
		Gain:    Group{Members: 3, Sum: 80_00 + 10_00 + 50_00, Median: 50_00, Most: []Move{{1, 80_00}, {5, 50_00}, {4, 10_00}}},
		Lose:    Group{Members: 1, Sum: -15_00, Median: -15_00, Most: []Move{{2, -15_00}}},
		Same:    1,
	}}
	if diff := cmp.Diff(want, r.Changes); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	if r.Members != 5 || r.Receipts != 6 || r.From != "2026-05-01" || r.To != "2026-05-02" || r.Active.Own.Points["bonus"] != 6*20_00 || len(r.Days) != 2 || r.Days[0].Members != 3 {
		t.Errorf("%+v", r)
	}
}

// TestGroupsAndGifts: a draft that outdoes another campaign costs less than it gives,
// and a gift falls back once its stock is gone.
func TestGroupsAndGifts(t *testing.T) {
	t.Parallel()
	const group = "group: {name: g, mode: best_for_member}\n"
	other := parse(t, "other", group+"reward: {fixed: 20, ttl: P6M}")
	draft := parse(t, "c", group+"reward: [{fixed: 30, ttl: P6M}, {gift: mug, else: {fixed: 5, ttl: P6M}}]")
	f := New(Input{Draft: draft, Others: []*rules.Campaign{other}, Zone: moscow, Stock: map[string]int64{"mug": 2}})
	r := run(t, f, bought(1, 1, 9, 100), bought(1, 1, 10, 100), bought(1, 1, 11, 100))
	if own, all := r.Draft.Own, r.Draft.All; own.Points["bonus"] != 3*30_00+5_00 || all.Points["bonus"] != own.Points["bonus"] || own.Gifts != 2 || r.Active != nil {
		t.Errorf("%+v", r.Draft)
	}
	if s := r.Draft.Stock; len(s) != 1 || s[0].Pool != "mug" || s[0].Gone.Hour() != 10 {
		t.Errorf("the mugs are gone: %+v", s)
	}
	if c := r.Changes[0]; c.Gain.Sum != 3*10_00+5_00 {
		t.Errorf("beside the other campaign one gains %+v", c.Gain)
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	f := New(Input{Draft: parse(t, "c", "reward: {fixed: 1, ttl: P6M}"), Zone: moscow})
	if err := errors.Join(f.Add(bought(1, 2, 9, 1)), f.Add(bought(1, 1, 9, 1))); !errors.Is(err, ErrOrder) {
		t.Errorf("a receipt of the day before: %v", err)
	}
}

// BenchmarkForecast streams 100,000 receipts of 10,000 members by two versions beside
// eight other campaigns.
func BenchmarkForecast(b *testing.B) {
	var others []*rules.Campaign
	for n := range 8 {
		others = append(others, parse(b, fmt.Sprint("o", n), "when: receipt.total > 5000\nreward: {percent: 1, ttl: P6M}"))
	}
	draft := parse(b, "c", "reward: {percent: 10, ttl: P6M}\nlimits: [{what: accrual, max: 50, per: day}, {what: accrual, max: 1000000, of: campaign}]")
	active := parse(b, "c", "reward: {percent: 5, ttl: P6M}")
	const receipts = 100_000
	b.ReportAllocs()
	for b.Loop() {
		f := New(Input{Draft: draft, Active: active, Others: others, Zone: moscow})
		at := time.Date(2026, 5, 1, 0, 0, 0, 0, moscow)
		for n := range receipts {
			at = at.Add(25 * time.Second)
			facts := rules.Facts{Receipt: rules.Receipt{Purchased: at, Total: int64(n%1000) * 1_00}, Member: rules.Member{ID: int64(n%10_000 + 1)}}
			if err := f.Add(facts); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(receipts*b.N)/b.Elapsed().Seconds(), "receipts/s")
}
