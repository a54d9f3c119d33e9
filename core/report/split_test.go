package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func partsOf(counts []int64) (parts []part) {
	for i, n := range counts {
		parts = append(parts, part{strconv.Itoa(i), n})
	}
	return parts
}

// shows is all that is told of people who fall into groups: how many they are, and each
// table of them.
func shows(total int64, tables ...[]int64) string {
	text := told(total).String()
	for _, counts := range tables {
		raw, err := json.Marshal(split("", partsOf(counts)))
		if err != nil {
			panic(err)
		}
		text += string(raw)
	}
	return text
}

// every are all ways in which so many people fall into so many groups.
func every(groups int, people int64) (ways [][]int64) {
	if groups == 1 {
		return [][]int64{{people}}
	}
	for n := range people + 1 {
		for _, rest := range every(groups-1, people-n) {
			ways = append(ways, append([]int64{n}, rest...))
		}
	}
	return ways
}

func small(n int64) bool { return n > 0 && n < Least }

// TestHiddenIsUnknown looks at all that is shown from where a stranger stands: of all
// the ways to show just this, each small group has any size from 1 to 4 where it shows
// as <5, and four sizes at least where nothing is told.
func TestHiddenIsUnknown(t *testing.T) {
	t.Parallel()
	for groups, most := range map[int]int64{2: 60, 3: 36, 4: 22, 5: 16} {
		seen := map[string][][]int64{}
		for people := range most {
			for _, way := range every(groups, people) {
				shown := shows(people, way)
				seen[shown] = append(seen[shown], way)
			}
		}
		for shown, ways := range seen {
			unknown(t, shown, ways)
		}
	}
}

// unknown holds what is shown in just these ways to what may be known.
func unknown(t *testing.T, shown string, ways [][]int64) {
	t.Helper()
	s := split("", partsOf(ways[0]))
	for i := range ways[0] {
		sizes := map[int64]bool{}
		for _, way := range ways {
			sizes[way[i]] = true
		}
		switch {
		case s.Withheld && len(sizes) < Least-1,
			!s.Withheld && s.Groups[i].Members == few && !cmp.Equal(sizes, map[int64]bool{1: true, 2: true, 3: true, 4: true}),
			!s.Withheld && s.Groups[i].Members.Exact() && small(ways[0][i]):
			t.Errorf("%s is of %v: group %d is one of %v", shown, ways, i, sizes)
		}
	}
}

// TestTwoTablesTellNoMore: who sees two tables of the same people knows of a small group
// no more than from one.
func TestTwoTablesTellNoMore(t *testing.T) {
	t.Parallel()
	seen := map[string][][]int64{}
	for people := range int64(18) {
		for _, a := range every(3, people) {
			for _, b := range every(2, people) {
				shown := shows(people, a, b)
				seen[shown] = append(seen[shown], a)
			}
		}
	}
	for shown, ways := range seen {
		unknown(t, shown, ways)
	}
}

// TestLargeGroupsStayWhole: whatever the sizes are, a group that is told lies within what
// is told of it, all that is told fits together, and another size of a small group, made
// up for by the largest one, shows the same.
func TestLargeGroupsStayWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 8), rapid.Int64Range(0, 1_000_000)), 1, 9).Draw(t, "counts")
		s, total := split("", partsOf(counts)), int64(0)
		for i, n := range counts {
			total += n
			if !s.Withheld && (n < s.Groups[i].Members.From || n > s.Groups[i].Members.To || s.Groups[i].Members.Exact() && small(n)) {
				t.Fatalf("%d is told as %s", n, s.Groups[i].Members)
			}
		}
		if s.Withheld {
			return
		}
		other, largest := slices.Clone(counts), slices.Index(counts, slices.Max(counts))
		for i, n := range counts {
			if small(n) {
				other[i] = rapid.Int64Range(1, Least-1).Draw(t, "instead")
				other[largest] += n - other[i]
			}
		}
		if diff := cmp.Diff(shows(total, counts), shows(total, other)); diff != "" {
			t.Fatalf("%v and %v are told apart: %s", counts, other, diff)
		}
	})
}

// TestFourIsFewerThanFive is A56's cell, and what stands beside it.
func TestFourIsFewerThanFive(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		counts []int64
		want   string
	}{
		{[]int64{10, 4}, "[10–13 <5]"},
		{[]int64{120, 77, 3}, "[119–122 77 <5]"},
		{[]int64{14, 7, 0}, "[14 7 0]"},
		{[]int64{5, 4}, "[5–8 <5]"},
		{[]int64{4, 4}, "[]"},
		{[]int64{12, 10, 1}, "[]"}, // were the largest 9, it were not the largest
		{[]int64{2, 1}, "[]"},
	} {
		var got []string
		for _, g := range split("", partsOf(tt.counts)).Groups {
			got = append(got, g.Members.String())
		}
		if shown := fmt.Sprint(got); shown != tt.want {
			t.Errorf("%v shows %s, not %s", tt.counts, shown, tt.want)
		}
	}
}

// TestFunnelTellsNoMore: how many came how far follows from where they are, and holds
// what was counted.
func TestFunnelTellsNoMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		furthest := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 6), rapid.Int64Range(0, 500)), 1, 7).Draw(t, "furthest")
		f := Flow{Name: "hello"}
		came := int64(0)
		for i, n := range furthest {
			f.Stages, came = append(f.Stages, strconv.Itoa(i)), came+n
		}
		out := funnelOf(f, furthest)
		for i, s := range out.Stages {
			if came < s.Reached.From || came > s.Reached.To || s.Reached.Exact() && small(came) {
				t.Fatalf("%v: %d came to %d, told as %s", furthest, came, i, s.Reached)
			}
			came -= furthest[i]
		}
	})
}
