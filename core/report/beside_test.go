package report

import (
	"fmt"
	"testing"
)

// TestFunnelBesideMembers goes through every way that up to 13 people a stage stand in a
// flow at whose end they register: whoever knows how many registered, and reads the
// funnel, knows of no hidden stage how many stand there.
func TestFunnelBesideMembers(t *testing.T) {
	t.Parallel()
	f := Flow{"hello", []string{"one", "two", "three"}}
	const most, looked = 22, 13            // those beyond are what the others may be taken for
	seen := map[string][3]map[int64]bool{} // what a reader sees: how many may stand where
	asked := map[string]bool{}
	told := 0
	for n := range int64(most * most * most) {
		furthest := []int64{n % most, n / most % most, n / most / most}
		registered := furthest[2]
		shown := besideMembers(funnelOf(f, furthest), registered, furthest)
		if !shown.Withheld {
			told++
		}
		key := fmt.Sprint(registered >= Least, registered*min(1, registered/Least), shown)
		may, ok := seen[key]
		if !ok {
			may = [3]map[int64]bool{{}, {}, {}}
			seen[key] = may
		}
		asked[key] = asked[key] || max(furthest[0], furthest[1], furthest[2]) <= looked
		for i, there := range furthest {
			may[i][there] = true
		}
	}
	for key, may := range seen {
		for i, counts := range may {
			for n := range counts {
				if asked[key] && len(counts) == 1 && n > 0 && n < Least {
					t.Errorf("%s: exactly %d stand at stage %d", key, n, i)
				}
			}
		}
	}
	if told == 0 {
		t.Error("nothing is ever told")
	}
}
