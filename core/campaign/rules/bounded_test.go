package rules

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFallbackIsLimited: points in place of a gift are an accrual as any other. Whether
// they come is not known yet, so nothing of a counter is used up by the decision itself.
func TestFallbackIsLimited(t *testing.T) {
	t.Parallel()
	tests := []struct {
		rewards, limit string
		used           int64
		want           []int64 // of every gift, in minor units
	}{
		{"{gift: promo-100, else: {fixed: 30, ttl: P6M}}", "max: 100, per: day", 0, []int64{3000}},
		{"{gift: promo-100, else: {fixed: 30, ttl: P6M}}", "max: 100, per: day", 9000, []int64{1000}},
		{"{gift: promo-100, else: {fixed: 30, ttl: P6M}}", "max: 100, per: day, on_exceed: deny", 9000, []int64{0}},
		{"{gift: promo-100, else: {fixed: 30, ttl: P6M}}", "max: 20, per: receipt", 0, []int64{2000}},
		{"[{gift: promo-100, else: {fixed: 30, ttl: P6M}}, {fixed: 90, ttl: P6M}]", "max: 100, per: day", 0, []int64{1000}},
		{"[{gift: promo-100, else: {fixed: 30, ttl: P6M}}, {gift: promo-100, else: {fixed: 30, ttl: P6M}}]", "max: 100, per: day", 5000, []int64{3000, 2000}},
	}
	for _, tt := range tests {
		c := short(t, "reward: "+tt.rewards+"\nlimits: [{what: accrual, "+tt.limit+"}]")
		key := Counter{"c", "accrual.day.member", OfMember, "2026-05-03"}
		facts := Facts{Receipt: Receipt{Purchased: at("2026-05-03T12:00"), Total: 100_00}, Used: map[Counter]int64{key: tt.used}}
		d := decide(t, facts, at("2026-05-03T12:00"), c)[0]
		var got []int64
		cut := 0
		for _, g := range d.Gifts {
			got = append(got, g.Else.Amount)
			var uses []Use
			if g.Else.Amount > 0 && !strings.Contains(tt.limit, "receipt") {
				uses = []Use{{key, g.Else.Amount}}
			}
			if diff := cmp.Diff(uses, g.Uses); diff != "" {
				t.Errorf("%s: uses: %s", tt.rewards, diff)
			}
			if g.Else.Amount < g.Else.Desired {
				cut++
			}
		}
		if strings.Count(string(d.Trace), `"else_desired":3000`) != cut {
			t.Errorf("%s: %d are cut: %s", tt.rewards, cut, d.Trace)
		}
		var direct int64
		for _, u := range d.Uses {
			direct += u.Amount
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || !strings.Contains(tt.limit, "receipt") && direct != points(d) {
			t.Errorf("%s, %s: %d are used: %s", tt.rewards, tt.limit, direct, diff)
		}
	}
}

// TestUnknownStore: what is counted by stores takes no receipt of a store that nobody
// knows, and says so; a limit of one receipt asks for no store.
func TestUnknownStore(t *testing.T) {
	t.Parallel()
	for limit, want := range map[string]Outcome{
		"what: uses, max: 1, per: day, of: store":        NoStore,
		"what: accrual, max: 5, of: store":               NoStore,
		"what: accrual, max: 2, per: receipt, of: store": Credited,
		"what: uses, max: 1, per: day":                   Credited,
	} {
		c := short(t, "reward: {fixed: 3, ttl: P6M}\nlimits: [{"+limit+"}]")
		facts := Facts{Receipt: Receipt{Purchased: at("2026-05-03T12:00"), Total: 100_00}}
		d := decide(t, facts, at("2026-05-03T12:00"), c)[0]
		if d.Outcome != want || (want == NoStore) != (len(d.Accruals)+len(d.Uses) == 0) {
			t.Errorf("%s: %s", limit, d.Trace)
		}
		facts.Store.ID = "s"
		if d := decide(t, facts, at("2026-05-03T12:00"), c)[0]; d.Outcome != Credited {
			t.Errorf("%s, of a known store: %s", limit, d.Trace)
		}
		facts.Used = map[Counter]int64{} // as it was decided before stores were asked for
		for _, key := range NewSet([]*Campaign{c}).Counters(facts) {
			facts.Used[key] = 0
		}
		facts.Store.ID = ""
		if d := decide(t, facts, at("2026-05-03T12:00"), c)[0]; d.Outcome != Credited {
			t.Errorf("%s, decided again: %s", limit, d.Trace)
		}
	}
}
