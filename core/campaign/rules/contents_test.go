package rules

import (
	"testing"

	"besedka/locales"
)

// TestWithoutContents: of a receipt whose goods nobody knows the whole counts, by a
// percentage of its own; of one whose goods have all come back, nothing.
func TestWithoutContents(t *testing.T) {
	t.Parallel()
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, more string
		r          Receipt
		want       int64
		why        string
	}{
		{"nobody knows", ", without_contents: 3", Receipt{Total: 170001}, 170001 * 3 / 100, "3\u202f% of 1,700.01 = 51.0003, rounded down to 51"},
		{"nobody asked", "", Receipt{Total: 170001}, 0, "No goods of this campaign are on the receipt."},
		{"known", ", without_contents: 3", brandReceipt(), (17980 + 19350 + 11900) * 5 / 100, "5\u202f% of 492.30 = 24.615, rounded down to 24.61"},
		{"all came back", ", without_contents: 3", Receipt{INN: "7700000001"}, 0, "No goods of this campaign are on the receipt."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := short(t, "reward: {percent_by_category: {brand: 5}, ttl: never"+tt.more+"}")
			tt.r.Purchased = at("2026-05-03T14:05")
			d := decide(t, Facts{Receipt: tt.r}, at("2026-05-03T14:05"), c)[0]
			why, err := Explain(d.Trace, nil, texts.Printer("en"))
			if points(d) != tt.want || err != nil || why != tt.why {
				t.Errorf("%d points, want %d: %q, %v, want %q", points(d), tt.want, why, err, tt.why)
			}
		})
	}
}
