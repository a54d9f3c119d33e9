package forecast

import (
	"testing"

	"pgregory.net/rapid"

	"besedka/core/campaign/rules"
)

// TestVeil: whatever was bought, nobody is named, and neither what is shown nor what is
// left of the totals is of one to four members.
func TestVeil(t *testing.T) {
	t.Parallel()
	draft := parse(t, "c", "when: receipt.total >= 500\nreward: {percent: 10, ttl: P6M}\nlimits: [{what: accrual, max: 70, of: campaign}, {what: uses, max: 2}]")
	active := parse(t, "c", "reward: {percent: 1, ttl: P6M}")
	rapid.Check(t, func(t *rapid.T) {
		f := New(Input{Draft: draft, Active: active, Zone: moscow})
		members := rapid.Int64Range(1, 30).Draw(t, "members")
		var facts []rules.Facts
		for day := range rapid.IntRange(1, 8).Draw(t, "days") {
			for range rapid.IntRange(0, 20).Draw(t, "receipts") {
				one := bought(rapid.Int64Range(1, members).Draw(t, "member"), day+1, 9, rapid.Int64Range(1, 1000_00).Draw(t, "total"))
				if err := f.Add(one); err != nil {
					t.Fatal(err)
				}
				facts = append(facts, one)
			}
		}
		r := f.Result()
		got := r.Veiled(5, moscow)
		if few := func(n int64) bool { return n > 0 && n < 5 }; few(got.Members) || few(got.Draft.Members) || got.Active != nil && few(got.Active.Members) {
			t.Fatalf("few are shown: %+v", got)
		}
		for _, c := range got.Changes {
			if c.Gain.Most != nil || c.Lose.Most != nil {
				t.Fatalf("%+v", c)
			}
		}
		hidden := map[int64]bool{}
		for i, d := range got.Days {
			if d.Few {
				for _, one := range facts {
					if one.Receipt.Purchased.In(moscow).Format("2006-01-02") == d.Day {
						hidden[one.Member.ID] = true
					}
				}
			} else if d.Members < 5 || d.Day != r.Days[i].Day {
				t.Fatalf("a day of few is shown: %+v", d)
			}
		}
		if n := len(hidden); n > 0 && n < 5 {
			t.Fatalf("the totals less the days that are shown are of %d members: %+v", n, got.Days)
		}
		for _, l := range got.Draft.Limits {
			for _, e := range l.Ends {
				if h, m, s := e.At.Clock(); h+m+s != 0 {
					t.Fatalf("an instant is told: %s", e.At)
				}
			}
		}
	})
}
