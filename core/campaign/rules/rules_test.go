package rules

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/locales"
)

var moscow = time.FixedZone("MSK", 3*60*60)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02T15:04", s, moscow)
	if err != nil {
		panic(err)
	}
	return t
}

func parse(t *testing.T, text string) *Campaign {
	t.Helper()
	c, problems := Parse("campaigns/c.yaml", []byte(text), Terms{Zone: moscow})
	for _, p := range problems {
		t.Fatal(p)
	}
	return c
}

func evaluate(t *testing.T, c *Campaign, r Receipt, activated time.Time) award {
	t.Helper()
	a, err := alone(c, r, activated)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestFlat(t *testing.T) {
	t.Parallel()
	c := fixture(t, "flat")
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		total  int64
		day    string
		points int64
		ru, en string
	}{
		{"rounded down", 128450, "2026-05-03T14:05", 6422, "5 % от 1 284,50 = 64,225, вниз до 64,22", "5 % of 1,284.50 = 64.225, rounded down to 64.22"},
		{"exact", 100000, "2026-05-03T14:05", 5000, "5 % от 1 000 = 50", "5 % of 1,000 = 50"},
		{"at the minimum", 30000, "2026-05-03T14:05", 1500, "5 % от 300 = 15", "5 % of 300 = 15"},
		{"below the minimum", 29999, "2026-05-03T14:05", 0, "Чек на 299,99 ₽, а в акции участвуют чеки от 300 ₽.", "The receipt is for 299.99 ₽, and the campaign takes receipts from 300 ₽."},
		{"first minute", 100000, "2026-01-01T00:00", 5000, "5 % от 1 000 = 50", "5 % of 1,000 = 50"},
		{"the year before", 100000, "2025-12-31T23:59", 0, "Чек от 31 декабря 2025, а акция началась 1 января 2026.", "The receipt is of 31 December 2025, and the campaign began on 1 January 2026."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := evaluate(t, c, Receipt{Purchased: at(tt.day), Total: tt.total}, at("2026-05-03T15:00"))
			if a.Points != tt.points || a.Expires.IsZero() != (a.Points == 0) {
				t.Errorf("got %d points until %v, want %d", a.Points, a.Expires, tt.points)
			}
			for lang, want := range map[string]string{"ru": tt.ru, "en": tt.en} {
				got, err := Explain(a.Trace, nil, texts.Printer(lang))
				if got = strings.ReplaceAll(got, "\u202f", " "); err != nil || got != want {
					t.Errorf("explained %q, %v; want %q", got, err, want)
				}
			}
		})
	}
}

func TestTrace(t *testing.T) {
	t.Parallel()
	c := parse(t, `campaign: c
name: x
period: {from: 2026-01-01, to: 2026-06-30}
when: ['receipt.total >= 300', 'receipt.inn in ["7700000001"] or receipt.total > 5000']
reward: {percent: 0.5, ttl: P14D}`)
	tests := []struct {
		name string
		r    Receipt
		want string
	}{
		{
			"credited",
			Receipt{Purchased: at("2026-06-30T23:59"), Total: 99999, INN: "7700000001"},
			`{"campaign":"c","conditions":[{"condition":"receipt.total >= 300","fact":"receipt.total","holds":true,"op":">=","saw":{"receipt.total":"99999"},"want":"30000"},{"condition":"receipt.inn in [\"7700000001\"] or receipt.total > 5000","holds":true,"saw":{"receipt.inn":"7700000001","receipt.total":"99999"}}],"from":"2026-01-01","outcome":"credited","purchased":"2026-06-30T23:59:00+03:00","rewards":[{"activated":"2026-07-01","amount":499,"currency":"bonus","exact":"99999/200","expires":"2026-07-16T00:00:00+03:00","kind":"percent","lives":"P14D","parts":[{"base":"99999","percent":"1/2"}],"rounding":"floor","scale":2}],"to":"2026-06-30","v":2}`,
		},
		{
			"outside, and nobody told the seller",
			Receipt{Purchased: at("2026-07-01T00:00"), Total: 99999},
			`{"campaign":"c","conditions":[{"condition":"receipt.total >= 300","fact":"receipt.total","holds":true,"op":">=","saw":{"receipt.total":"99999"},"want":"30000"},{"condition":"receipt.inn in [\"7700000001\"] or receipt.total > 5000","holds":false,"saw":{"receipt.total":"99999"}}],"from":"2026-01-01","outcome":"outside","purchased":"2026-07-01T00:00:00+03:00","to":"2026-06-30","v":2}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := string(evaluate(t, c, tt.r, at("2026-07-01T10:00")).Trace)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			var fields map[string]any
			if err := json.Unmarshal([]byte(got), &fields); err != nil {
				t.Fatal(err)
			}
			var sorted bytes.Buffer
			encoder := json.NewEncoder(&sorted)
			encoder.SetEscapeHTML(false)
			if err := encoder.Encode(fields); err != nil || strings.TrimSpace(sorted.String()) != got {
				t.Errorf("keys are not sorted: %s", got)
			}
		})
	}
}

// TestOldTraces: what was stored before rewards were many is explained as it was.
func TestOldTraces(t *testing.T) {
	t.Parallel()
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	const old = `{"campaign":"c","conditions":[],"from":"2026-01-01","outcome":"credited","purchased":"2026-05-03T14:05:00+03:00","reward":{"activated":"2026-05-03","base":128450,"exact":"12845/2","expires":"2026-11-04T00:00:00+03:00","lives":"P6M","percent":"5","points":6422,"rounding":"floor"},"v":1}`
	got, err := Explain([]byte(old), nil, texts.Printer("en"))
	if want := "5\u202f% of 1,284.50 = 64.225, rounded down to 64.22"; err != nil || got != want {
		t.Errorf("explained %q, %v; want %q", got, err, want)
	}
}

func TestAmounts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		percent       string
		total, points int64
	}{
		{"0.5", 99999, 499},
		{"0.5", 1, 0},
		{"0.5", 0, 0},
		{"5", 128450, 6422},
		{"100", 1, 1},
		{"33.3333", 1 << 62, 1537227135580456492},
		{"7", -100, 0},
	}
	for _, tt := range tests {
		c := parse(t, "campaign: c\nname: x\nperiod: {from: 2026-01-01}\nreward: {percent: "+tt.percent+", ttl: P1Y}")
		a := evaluate(t, c, Receipt{Purchased: at("2026-05-03T14:05"), Total: tt.total}, at("2026-05-03T14:05"))
		if a.Points != tt.points {
			t.Errorf("%s %% of %d = %d, want %d", tt.percent, tt.total, a.Points, tt.points)
		}
	}
}

func TestLifetime(t *testing.T) {
	t.Parallel()
	tests := []struct{ ttl, activated, want string }{
		{"P6M", "2022-08-31T12:00", "2023-03-01T00:00"},
		{"P6M", "2023-08-31T12:00", "2024-03-01T00:00"},
		{"P6M", "2026-05-03T00:00", "2026-11-04T00:00"},
		{"P6M", "2026-05-03T23:59", "2026-11-04T00:00"},
		{"P14D", "2026-12-25T10:00", "2027-01-09T00:00"},
		{"P1Y", "2024-02-29T10:00", "2025-03-01T00:00"},
		{"P1M", "2026-01-31T10:00", "2026-03-01T00:00"},
	}
	for _, tt := range tests {
		l, ok := parseLifetime(tt.ttl)
		if got := l.end(at(tt.activated).UTC(), moscow); !ok || !got.Equal(at(tt.want)) {
			t.Errorf("%s from %s ends %v, want %s", tt.ttl, tt.activated, got, tt.want)
		}
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	const good = "campaign: c\nname: x\nperiod: {from: 2026-01-01, to: 2026-02-01}\nwhen: receipt.total >= 300\nreward: {percent: 5, ttl: P6M}\n"
	tests := []struct{ old, new, want string }{
		{"campaign: c", "campaign: d", `campaigns/c.yaml:1:11: L601`},
		{"campaign: c\n", "", `1:1: L107: the key "campaign" is missing`},
		{"to: 2026-02-01", "to: 2025-02-01", `3:32: L602: the campaign ends before it begins`},
		{"to: 2026-02-01", "to: 01.02.2026", `3:32: L602: "01.02.2026" is not a day`},
		{"receipt.total >=", "receipt.totl >=", `4:7: L112: there is no name "receipt.totl"; did you mean "receipt.total"?`},
		{"receipt.total >= 300", "receipt.total", `4:7: L114`},
		{"percent: 5", "percent: 500", `5:19: L603`},
		{"percent: 5", "percent: 5%", `5:19: L104`},
		{"percent: 5", "procent: 5", `5:10: L103: unknown key "procent"; did you mean "percent"?`},
		{"P6M", "6 месяцев", `5:27: L604`},
		{"P6M}\n", "P6M}\nlimit: []\n", `6:1: L103: unknown key "limit"; did you mean "limits"?`},
	}
	for _, tt := range tests {
		text := strings.Replace(good, tt.old, tt.new, 1)
		c, problems := Parse("campaigns/c.yaml", []byte(text), Terms{Zone: moscow})
		if c != nil {
			t.Errorf("%q was accepted", tt.new)
		}
		var all []string
		for _, p := range problems {
			all = append(all, p.In("en"))
		}
		if !strings.Contains(strings.Join(all, "\n"), tt.want) {
			t.Errorf("%q: got %q, want %s", tt.new, all, tt.want)
		}
	}
}

func TestEvaluationRepeatsAndGrowsWithTheSum(t *testing.T) {
	t.Parallel()
	c := parse(t, "campaign: c\nname: x\nperiod: {from: 2026-01-01}\nwhen: receipt.total >= 300\nreward: {percent: 7.25, ttl: P6M}")
	rapid.Check(t, func(t *rapid.T) {
		sums := rapid.Int64Range(0, 1_000_000_00)
		less, more := sums.Draw(t, "less"), sums.Draw(t, "more")
		if less > more {
			less, more = more, less
		}
		award := func(total int64) award {
			a, err := alone(c, Receipt{Purchased: at("2026-05-03T14:05"), Total: total}, at("2026-05-03T14:06"))
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		a, again, b := award(less), award(less), award(more)
		if !bytes.Equal(a.Trace, again.Trace) || a.Points != again.Points || !a.Expires.Equal(again.Expires) {
			t.Fatalf("%s and then %s", a.Trace, again.Trace)
		}
		if a.Points > b.Points {
			t.Fatalf("%d brings %d, %d brings %d", less, a.Points, more, b.Points)
		}
		if less < 30000 && a.Points != 0 || less >= 30000 && a.Points != less*725/10000 {
			t.Fatalf("%d brings %d", less, a.Points)
		}
	})
}

// award is what a receipt brings by one campaign that gives nothing but points.
type award struct {
	Points  int64 // minor units
	Expires time.Time
	Trace   []byte
}

// alone decides on a receipt by one campaign alone, of which nothing is used up, for
// a member of whom nothing is known.
func alone(c *Campaign, r Receipt, activated time.Time) (award, error) {
	decisions, err := NewSet([]*Campaign{c}).Evaluate(Facts{Receipt: r}, activated)
	if err != nil {
		return award{}, err
	}
	a := award{Trace: decisions[0].Trace}
	for _, got := range decisions[0].Accruals {
		a.Points, a.Expires = a.Points+got.Amount, got.Expires
	}
	return a, nil
}
