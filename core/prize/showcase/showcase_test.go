package showcase_test

import (
	"strings"
	"testing"
	"time"

	"besedka/core/prize/showcase"
)

const mug = `prizes:
  mug:
    name: { ru: Кружка, en: Mug }
    text: С коровой.
    price: 300.50
    from: 2026-12-01
    to: 2026-12-31
    limit: 1
    per: week
    value: 450
    tax: loyalty
    delivery: code
`

func parse(t *testing.T, text string) *showcase.Showcase {
	t.Helper()
	moscow, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	s, problems := showcase.Parse("prizes.yaml", []byte(text), moscow)
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	return s
}

func TestParse(t *testing.T) {
	t.Parallel()
	p := parse(t, mug).Prize("mug")
	if got, whole := p.Price.Minor(2); got != 30050 || !whole {
		t.Errorf("costs %d, %t", got, whole)
	}
	if _, whole := p.Price.Minor(0); whole {
		t.Error("half a stamp is whole")
	}
	if p.Name.In("en") != "Mug" || p.Name.In("kk") != "Кружка" || p.Text.In("en") != "С коровой." {
		t.Errorf("called %q", p.Name)
	}
	if p.Pool != "mug" || p.Value != 450_00 || p.Limit != (showcase.Limit{Count: 1, Per: showcase.Week}) {
		t.Errorf("read as %+v", p)
	}
}

// TestPeriod: the first day begins and the last one ends by the programme's clock.
func TestPeriod(t *testing.T) {
	t.Parallel()
	p := parse(t, mug).Prize("mug")
	for at, want := range map[string]bool{
		"2026-11-30T23:59:59+03:00": false, "2026-12-01T00:00:00+03:00": true,
		"2026-12-31T23:59:59+03:00": true, "2027-01-01T00:00:00+03:00": false,
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Covers(when); got != want {
			t.Errorf("at %s shown: %t", at, got)
		}
	}
}

func TestSince(t *testing.T) {
	t.Parallel()
	sunday := time.Date(2026, 11, 29, 23, 0, 0, 0, time.UTC)
	for per, want := range map[showcase.Per]string{
		showcase.Day: "2026-11-29", showcase.Week: "2026-11-23", showcase.Month: "2026-11-01", showcase.Year: "2026-01-01",
	} {
		if got := per.Since(sunday, time.UTC).Format(time.DateOnly); got != want {
			t.Errorf("a %s began on %s, want %s", per, got, want)
		}
	}
	if !showcase.Ever.Since(sunday, time.UTC).IsZero() {
		t.Error("ever has a beginning")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(mug))
	f.Add([]byte("prizes: {a: {name: {ru: [x]}, price: 1e9, delivery: desk}}"))
	f.Add([]byte(strings.Repeat("prizes:\n", 3)))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, problems := showcase.Parse("prizes.yaml", text, time.UTC)
		if (s == nil) != (len(problems) > 0) {
			t.Fatalf("%v and %d problems", s, len(problems))
		}
	})
}
