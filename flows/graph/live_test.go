package graph

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCounted puts figures on the flow of graph_test.go: what the edges into a
// step carry, and what came from elsewhere, is what is told in it.
func TestCounted(t *testing.T) {
	t.Parallel()
	g := Of(loadFlow(t, aFlow), "ru").Counted(Live{
		Turns: map[Pair]int64{
			{"-", "hello/agree"}: 5, {"hello/agree", "hello/agree"}: 2, {"hello/agree", "hello/name"}: 3, {"hello/agree", "-"}: 1,
			{"hello/name", "hello/agree"}: 1, {"hello/name", "other/sure"}: 1, {"other/sure", "hello/name"}: 1, {"other/sure", "-"}: 7,
		},
		Before: map[string]int64{"hello/name": 1},
		Now:    map[string]int64{"hello/agree": 2, "hello/name": 3},
	}, "en")
	want := map[string]Counts{
		"agree": {In: 8, Out: 6, Now: 2, Came: 5, Left: 1},
		"name":  {Before: 1, In: 4, Out: 2, Now: 3, Came: 1, Left: 1},
	}
	got := map[string]Counts{}
	for i, n := range g.Nodes {
		if n.Counts == nil {
			continue
		}
		got[n.Title] = *n.Counts
		into, out := n.Counts.Came, n.Counts.Left
		for _, e := range g.Edges {
			if e.To == i {
				into += e.Turns
			}
			if e.From == i {
				out += e.Turns
			}
		}
		if into != n.Counts.In || out != n.Counts.Out || n.Counts.Before+into != out+n.Counts.Now {
			t.Errorf("%s: the edges carry %d in and %d out, the step tells %+v", n.Title, into, out, *n.Counts)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	picture := SVG([]Graph{g})
	for _, shown := range []string{"× 3", "↻ × 2", "8 in (5 from elsewhere)"} {
		if !strings.Contains(picture, shown) {
			t.Errorf("the picture does not show %q", shown)
		}
	}
}
