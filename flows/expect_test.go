package flows_test

import (
	"strings"
	"testing"
)

// What a type of answer cannot be without, each found at its spot.
func TestMistakesOfAnswers(t *testing.T) {
	t.Parallel()
	const question = "expect: { type: name, max: 40 }"
	for _, tt := range []struct{ name, expect, want string }{
		{"a scale without a range", "expect: scale", `L124: a scale needs a range between 0 and 10; write range: 1..5`},
		{"a scale too long", "expect: { type: scale, range: 1..100 }", `L124: a scale needs a range between 0 and 10`},
		{"no pattern", "expect: regex", `L124: no pattern to match; add pattern: '\d{4}'`},
		{"a pattern that cannot be read", `expect: { type: regex, pattern: "(a" }`, `L127: the pattern cannot be read`},
		{"a pattern too long", `expect: { type: regex, pattern: "` + strings.Repeat("a", 201) + `" }`, `L125: more than 200 bytes in a pattern`},
		{"fewer than must", "expect: { type: multi, min: 3, max: 2 }", `L124: fewer may be chosen than must: min 3, max 2`},
		{"several of nothing", "expect: multi", `L107: nothing can answer the question`},
		{"a key of another type", "expect: { type: year, max: 4 }", `L103: `},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mistake(t, "flows/hello.yaml", question, tt.expect, tt.want)
		})
	}
}

func TestMistakesOfSplit(t *testing.T) {
	t.Parallel()
	const step = "  bye:"
	for _, tt := range []struct{ name, step, want string }{
		{"not a hundred", "  half: { split: { a: 50, b: 40 }, go: { a: bye, b: bye } }\n", `L124: shares divide a hundred, and make 90`},
		{"a share of none", "  half: { split: { a: 100, b: 0 }, go: { a: bye, b: bye } }\n", `L124: shares divide a hundred, and make 100`},
		{"a share leads nowhere", "  half: { split: { a: 50, b: 50 }, go: { a: bye } }\n", `L203: the outcome "b" leads nowhere`},
		{"a share nobody has", "  half: { split: { a: 50, b: 50 }, go: { a: bye, b: bye, c: bye } }\n", `L205: there is no outcome "c" here`},
		{"with a question", "  half: { ask: \"?\", expect: email, split: { a: 50, b: 50 }, go: { a: bye, b: bye } }\n", `L120: ask and split do not go together`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mistake(t, "flows/hello.yaml", step, tt.step+step, tt.want)
		})
	}
}
