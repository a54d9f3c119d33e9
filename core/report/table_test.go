package report_test

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/report"
)

func table(counts []int64) (t report.Table) {
	for i, n := range counts {
		t.Add(strconv.Itoa(i), n)
	}
	return t
}

// TestHiddenIsUnknown: whatever the hidden counts are, the same is shown, so nobody
// can tell them apart; what is not hidden is shown to the unit.
func TestHiddenIsUnknown(t *testing.T) {
	t.Parallel()
	small := rapid.Int64Range(1, report.Least-1)
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.Int64Range(0, 3*report.Least), 1, 8).Draw(t, "counts")
		other, total, hidden := make([]int64, len(counts)), int64(0), false
		for i, n := range counts {
			other[i], total = n, total+n
			if n > 0 && n < report.Least {
				other[i], hidden = small.Draw(t, "instead"), true
			}
		}
		shown := table(counts)
		if diff := cmp.Diff(shown, table(other)); diff != "" {
			t.Fatalf("%v and %v are told apart: %s", counts, other, diff)
		}
		if (shown.Total == nil) != hidden || !hidden && *shown.Total != total {
			t.Fatalf("total of %v: %v", counts, shown.Total)
		}
		for i, c := range shown.Cells {
			if want := strconv.FormatInt(counts[i], 10); !c.Hidden && c.String() != want {
				t.Fatalf("%s shown for %s", c, want)
			}
		}
	})
}

// TestFourIsFewerThanFive is A56's cell.
func TestFourIsFewerThanFive(t *testing.T) {
	t.Parallel()
	for count, want := range map[int64]string{0: "0", 1: "<5", 4: "<5", 5: "5"} {
		if got := table([]int64{count}).Cells[0].String(); got != want {
			t.Errorf("%d shows %s, not %s", count, got, want)
		}
	}
}
