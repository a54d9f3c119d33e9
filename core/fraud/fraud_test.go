package fraud_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/fraud"
)

func TestAssess(t *testing.T) {
	t.Parallel()
	type verdict struct{ Review, Hold, Suspend bool }
	for name, tt := range map[string]struct {
		facts fraud.Facts
		score int
		want  verdict
	}{
		"a first receipt":                       {fraud.Facts{Day: 1, Seller: 1}, 0, verdict{}},
		"a family's week, sent at night":        {fraud.Facts{Day: 14, Seller: 9, Night: 4, Till: 3}, 0, verdict{}},
		"twenty race for one receipt (A8)":      {fraud.Facts{Day: 1, Seller: 1, Claimants: 1}, 10, verdict{}},
		"a couple who both send it":             {fraud.Facts{Day: 3, Photo: 1, Claimants: 1, Others: 1}, 50, verdict{Review: true}},
		"an eager shopper":                      {fraud.Facts{Day: 30, Seller: 20}, 60, verdict{Review: true}},
		"a cashier with the day's receipts":     {fraud.Facts{Day: 30, Seller: 30, Till: 12}, 120, verdict{true, true, false}},
		"a picture that goes round":             {fraud.Facts{Day: 2, Photo: 5, Claimants: 5, Others: 3}, 150, verdict{true, true, true}},
		"a firm that bought a row of numbers":   {fraud.Facts{Day: 2, Block: 40}, 60, verdict{Review: true}},
		"one person as four members, all night": {fraud.Facts{Day: 16, Night: 16, Phone: 3}, 100, verdict{true, true, false}},
	} {
		a := fraud.Assess(tt.facts)
		got := verdict{a.Review(), a.Hold(), a.Suspend}
		if a.Score != tt.score || got != tt.want {
			t.Errorf("%s: %+v, %+v, want a score of %d and %+v", name, a, got, tt.score, tt.want)
		}
	}
}

func TestReasonsCarryTheirFigures(t *testing.T) {
	t.Parallel()
	want := []fraud.Signal{{fraud.Velocity, 31, 40}, {fraud.TillSequence, 5, 30}}
	if diff := cmp.Diff(want, fraud.Assess(fraud.Facts{Day: 31, Till: 5, Night: 1}).Signals); diff != "" {
		t.Error(diff)
	}
}

func drawFacts(t *rapid.T) fraud.Facts {
	n := func(name string) int64 { return rapid.Int64Range(0, 60).Draw(t, name) }
	return fraud.Facts{
		Day: n("day"), Seller: n("seller"), Night: n("night"), Till: n("till"),
		Photo: n("photo"), Claimants: n("claimants"), Others: n("others"), Phone: n("phone"), Block: n("block"),
	}
}

// A score is its reasons together, more of anything never makes a receipt look
// better, and one reason alone never holds it.
func TestScoreIsItsReasons(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		a, sum := fraud.Assess(f), 0
		for _, s := range a.Signals {
			sum += s.Points
		}
		if sum != a.Score || a.Hold() && (!a.Review() || len(a.Signals) < 2) || a.Suspend && !a.Hold() {
			t.Fatalf("%+v", a)
		}
		more := f
		for _, figure := range []*int64{&more.Day, &more.Seller, &more.Night, &more.Till, &more.Photo, &more.Claimants, &more.Others, &more.Phone, &more.Block} {
			*figure += rapid.Int64Range(0, 5).Draw(t, "more")
		}
		if b := fraud.Assess(more); b.Score < a.Score {
			t.Fatalf("%+v scores %d, %+v scores %d", f, a.Score, more, b.Score)
		}
	})
}
