package ladder_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/tier/ladder"
)

const stars = `by: balance
term: P12M
downgrade: base
grace: P14D
tiers:
  base: { title: Гость }
  silver: { title: Серебро, from: 500, balance_delta: 100 }
  gold: { title: Золото, text: "За уровень спишется 1000 бонусов.", from: 1000.50, balance_delta: -1000 }
`

func parse(t *testing.T, text string) *ladder.Ladder {
	t.Helper()
	l, problems := ladder.Parse("tiers.yaml", []byte(text), map[string]int{"bonus": 2, "star": 0})
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	return l
}

func moscow(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestParse(t *testing.T) {
	t.Parallel()
	l := parse(t, stars)
	gold := l.Tier("gold")
	if gold.From != 1000_50 || gold.Delta != -1000_00 || l.Base() != "base" || l.Rank("gold") != 2 || l.Next("silver") != gold || l.Next("gold") != nil {
		t.Errorf("read as %+v, %+v", l, gold)
	}
	if diff := cmp.Diff([]string{"base", "silver", "gold"}, l.Names()); diff != "" {
		t.Error(diff)
	}
	t.Run("a nil ladder has no tiers", func(t *testing.T) {
		t.Parallel()
		var none *ladder.Ladder
		if none.Base() != "" || len(none.Names()) != 0 {
			t.Error("it has some")
		}
	})
}

// Every mistake is told where it stands.
func TestMistakes(t *testing.T) {
	t.Parallel()
	const by = "by: turnover\nperiod: P12M\n"
	for text, want := range map[string]string{
		by + "tiers: { a: { title: A }, b: { title: B, from: 10 }, c: { title: C, from: 10 } }":        "3:75: L665",
		by + "tiers: { a: { title: A }, b: { title: B } }":                                             "3:30: L665",
		by + "tiers: { a: { title: A, from: 5 }, b: { title: B, from: 10 } }":                          "3:31: L665",
		by + "tiers: { a: { title: A } }":                                                              "3:8: L665",
		by + "tiers: { a: { title: A }, b: { title: B, from: 0.005 } }":                                "3:48: L665",
		by + "tiers: { a: { title: A }, b: { title: B, from: 99999999999 } }":                          "3:48: L665",
		"by: turnovr\ntiers: { a: { title: A }, b: { title: B, from: 10 } }":                           "1:5: L666",
		"by: turnover\ntiers: { a: { title: A }, b: { title: B, from: 10 } }":                          "1:5: L666",
		"by: earned\nperiod: never\ntiers: { a: { title: A }, b: { title: B, from: 10 } }":             "2:9: L666",
		"by: balance\nperiod: P1M\ntiers: { a: { title: A }, b: { title: B, from: 10 } }":              "2:9: L666",
		"by: balance\ncurrency: gem\ntiers: { a: { title: A }, b: { title: B, from: 10 } }":            "2:11: L121",
		"by: balance\ncurrency: star\ntiers: { a: { title: A }, b: { title: B, from: 1.5 } }":          "3:48: L665",
		"by: balance\ntiers: { a: { title: A }, b: { title: B, from: 10, balance_delta: -11 } }":       "2:67: L667",
		"by: balance\ntiers: { a: { title: A }, b: { title: B, from: 10, balance_delta: 0 } }":         "2:67: L667",
		"by: balance\ntiers: { a: { title: A, balance_delta: 5 }, b: { title: B, from: 10 } }":         "2:40: L667",
		"by: balance\nterm: end_of_year\ntiers: { a: { title: A }, b: { title: B, from: 10 } }":        "2:7: L669",
		"by: balance\ngrace: P1D\ntiers: { a: { title: A }, b: { title: B, from: 10 } }":               "2:8: L669",
		"by: balance\nterm: P1Y\ngrace: P1M\ntiers: { a: { title: A }, b: { title: B, from: 1 } }":     "3:8: L669",
		"by: balance\nterm: P1Y\ndowngrade: two\ntiers: { a: { title: A }, b: { title: B, from: 1 } }": "3:12: L669",
		"by: balance\ntiers: { a: { title: A }, a: { title: B, from: 10 } }":                           "2:27: L10",
	} {
		l, problems := ladder.Parse("tiers.yaml", []byte(text), map[string]int{"bonus": 2, "star": 0})
		if len(problems) == 0 {
			t.Errorf("%q: no mistake in %+v", text, l)
		} else if got := problems[0].In("en"); !strings.HasPrefix(got, "tiers.yaml:"+want) {
			t.Errorf("%q:\n got %s\nwant %s", text, got, want)
		}
	}
}

// The life of a tier: up at once, down at the end of a term and its grace, and never
// lower than deserved.
func TestDecide(t *testing.T) {
	t.Parallel()
	zone := moscow(t)
	day := func(text string) time.Time {
		at, err := time.ParseInLocation(time.DateTime, text, zone)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	base, one := parse(t, stars), parse(t, strings.Replace(stars, "downgrade: base", "downgrade: one", 1))
	gold := ladder.Held{Tier: "gold", Until: day("2027-03-02 00:00:00"), Due: day("2027-03-16 00:00:00")}
	for name, tt := range map[string]struct {
		l       *ladder.Ladder
		held    ladder.Held
		measure int64
		at      string
		want    string // tier, reason, delta and last day; "" for no change
	}{
		"reached":                   {base, ladder.Held{Tier: "base"}, 1020_00, "2026-03-01 12:00:00", "gold reached -100000 until 2027-03-02"},
		"a kopeck short":            {base, ladder.Held{Tier: "silver", Due: day("2026-03-02 00:00:00")}, 1000_49, "2026-03-01 12:00:00", ""},
		"one is passed":             {base, ladder.Held{Tier: "base"}, 500_00, "2024-02-29 12:00:00", "silver reached 10000 until 2025-03-01"},
		"kept while the term runs":  {base, gold, 0, "2027-03-01 23:59:59", ""},
		"kept in the grace":         {base, gold, 0, "2027-03-15 23:59:59", ""},
		"lost after it":             {base, gold, 0, "2027-03-16 00:00:00", "base lost 0 for ever"},
		"one down":                  {one, gold, 0, "2027-03-16 00:00:00", "silver lost 0 until 2028-03-17"},
		"no lower than deserved":    {base, gold, 700_00, "2027-03-16 00:00:00", "silver lost 0 until 2028-03-17"},
		"deserved again":            {base, gold, 2000_00, "2027-03-16 00:00:00", "gold kept 0 until 2028-03-17"},
		"gone from the file":        {base, ladder.Held{Tier: "platinum"}, 2000_00, "2027-03-16 00:00:00", "gold moved 0 until 2028-03-17"},
		"the lowest by now":         {base, ladder.Held{Tier: "base", Until: day("2027-03-02 00:00:00"), Due: day("2027-03-16 00:00:00")}, 0, "2027-03-16 00:00:00", "base kept 0 for ever"},
		"a term for the first time": {base, ladder.Held{Tier: "gold"}, 0, "2027-03-16 00:00:00", "gold kept 0 until 2028-03-17"},
	} {
		got := ""
		if c, changes := tt.l.Decide(tt.held, tt.measure, day(tt.at), zone); changes {
			got = c.Tier + " " + string(c.Reason) + " " + fmt.Sprint(c.Delta) + " for ever"
			if !c.Until.IsZero() {
				got = strings.Replace(got, "for ever", "until "+c.Until.In(zone).Format(time.DateOnly), 1)
			}
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	l := parse(t, stars)
	at := func(day int) time.Time { return time.Date(2027, 3, day, 0, 0, 0, 0, time.UTC) }
	silver := ladder.Held{Tier: "silver", Until: at(20), Due: at(21)}
	gold := ladder.Held{Tier: "gold", Until: at(10), Due: at(11)}
	want := ladder.Held{Tier: "gold", Until: at(20), Due: at(21)}
	for _, got := range []ladder.Held{l.Join(silver, gold), l.Join(gold, silver)} {
		if got != want {
			t.Errorf("joined into %+v", got)
		}
	}
	if got := l.Join(ladder.Held{Tier: "base"}, silver); got != silver {
		t.Errorf("joined into %+v", got)
	}
}

// Whatever the file, there is a ladder that rises or a mistake.
func FuzzParse(f *testing.F) {
	f.Add([]byte(stars))
	f.Add([]byte("by: earned\nperiod: P1M\ntiers: {a: {title: [x]}, b: {from: -1e9}}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, problems := ladder.Parse("tiers.yaml", text, map[string]int{"bonus": 2})
		if (l == nil) != (len(problems) > 0) {
			t.Fatalf("%v and %d problems", l, len(problems))
		}
		if l == nil {
			return
		}
		for i, tier := range l.Tiers[1:] {
			if tier.From <= l.Tiers[i].From {
				t.Fatalf("%s from %d after %d", tier.ID, tier.From, l.Tiers[i].From)
			}
		}
	})
}
