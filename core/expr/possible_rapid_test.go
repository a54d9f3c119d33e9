package expr

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// drawChoice makes a condition that can be told by trying.
func drawChoice(t *rapid.T, depth int) string {
	if depth > 0 && rapid.Bool().Draw(t, "joined") {
		op := rapid.SampledFrom([]string{"and", "or"}).Draw(t, "op")
		src := "(" + drawChoice(t, depth-1) + " " + op + " " + drawChoice(t, depth-1) + ")"
		if rapid.Bool().Draw(t, "not") {
			return "not " + src
		}
		return src
	}
	switch rapid.IntRange(0, 3).Draw(t, "leaf") {
	case 0:
		op := rapid.SampledFrom([]string{"==", "!=", "<", "<=", ">", ">="}).Draw(t, "compares")
		return fmt.Sprintf("receipts %s %d", op, rapid.IntRange(0, 5).Draw(t, "n"))
	case 1:
		return fmt.Sprintf("city %s %q", rapid.SampledFrom([]string{"==", "!="}).Draw(t, "equals"), rapid.SampledFrom([]string{"а", "б"}).Draw(t, "text"))
	case 2:
		return "known(receipts)"
	}
	return "segment.parents"
}

// What is called impossible does not happen, and what is possible does.
func TestPossibleIsTrue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		src := drawChoice(t, 3)
		p, problems := Condition(src, at, testScope)
		if len(problems) > 0 {
			t.Fatal(problems[0])
		}
		happens := false
		for n := range int64(10) { // one below and one above what conditions name, and one unknown
			for _, city := range []Value{{}, TextOf("а"), TextOf("б"), TextOf("в")} {
				for _, parents := range []Value{{}, BoolOf(true), BoolOf(false)} {
					facts := map[string]Value{"receipts": CountOf(n - 2), "city": city, "segment.parents": parents}
					if n == 9 {
						delete(facts, "receipts")
					}
					yes, err := p.Holds(func(name string) (Value, bool) { return facts[name], true })
					happens = happens || yes || err != nil
				}
			}
		}
		if got := Possible(p, nil, nil); got != happens {
			t.Fatalf("%s: possible %v, happens %v", src, got, happens)
		}
	})
}
