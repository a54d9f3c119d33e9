package rules

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestShippedCampaign is A24 under the terms of «Полянка»: yogurts of «Лесной луг» are
// the most specific of its categories, and everything else of hers is dairy.
func TestShippedCampaign(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../flows/programme/campaigns/cashback.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, problems := Parse("campaigns/cashback.yaml", text, Terms{Zone: moscow})
	if len(problems) > 0 {
		t.Fatal(problems[0].In("en"))
	}
	r := brandReceipt()
	for i, category := range []string{"молочное.молоко", "молочное.йогурты", "молочное.йогурты.премиум", ""} {
		r.Lines[i].Category = category
	}
	whole := int64(17980*3 + 19350*5 + 11900*7) // hundredths of a minor unit
	want := []Accrual{{
		Currency: "bonus", Amount: whole / 100, Desired: whole / 100, Reward: 1, Expires: at("2026-11-04T00:00"),
		Lines: []Share{{Line: 1, Amount: 539}, {Line: 2, Amount: 967}, {Line: 3, Amount: 833}},
	}}
	got := decide(t, Facts{Receipt: r}, at("2026-05-03T14:05"), c)[0]
	if diff := cmp.Diff(want, got.Accruals, cmp.Comparer(time.Time.Equal)); diff != "" || whole/100 != 2339 {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	for category, percent := range map[string]int64{
		"молочное.кисломолочное": 3, "молочное.творог": 3, "молочное.масло": 3, "молочное": 3, "": 0, "молочный_напиток": 0,
	} {
		r := Receipt{Purchased: r.Purchased, Total: 100_33, INN: "7700000001", Lines: []Line{{Category: category, Quantity: qty("1"), Sum: 100_33}}}
		if got := points(decide(t, Facts{Receipt: r}, r.Purchased, c)[0]); got != 100_33*percent/100 {
			t.Errorf("%q brings %d, want %d %%", category, got, percent)
		}
	}
}
