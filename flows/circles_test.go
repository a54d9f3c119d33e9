package flows_test

import (
	"testing"
	"testing/fstest"

	"besedka/flows"
)

// Flows that run one another talk without end, unless somebody is waited for on
// the way.
func TestCirclesOfRuns(t *testing.T) {
	t.Parallel()
	const begin = "start: { words: [раз] }\n"
	const heard = "  w: { wait: { for: 1h }, listen: [{ words: [раз], run: first }], end: true }\n"
	tests := []struct{ name, first, second, want string }{
		{"each runs the other", "  a: { run: second }\n", "  a: { run: first }\n", `flows/first.yaml:4:13: L201: a circle without a question: first → second → first; put an ask or a wait on the way`},
		{"itself", "  a: { say: Раз, run: first }\n", "  a: { end: true }\n", `flows/first.yaml:4:23: L201: a circle without a question: first → first; put an ask or a wait on the way`},
		{"as an outcome", "  a: { run: second, end: true }\n", "  a: { call: gift.give, with: { count: 1 }, go: { given: { run: first }, none: { end: true } } }\n", `flows/first.yaml:4:13: L201: a circle without a question: first → second → first; put an ask or a wait on the way`},
		{"past a question", "  a: { ask: Ещё, buttons: { more: Да } }\n  b: { run: second, end: true }\n", "  a: { run: first, end: true }\n", ""},
		{"past a wait", "  a: { wait: { for: 1h } }\n  b: { run: second, end: true }\n", "  a: { run: first, end: true }\n", ""},
		{"past a question that may be skipped", "  a: { skip: registered, ask: Ещё, buttons: { more: Да } }\n  b: { run: second, end: true }\n", "  a: { run: first, end: true }\n", `flows/first.yaml:5:13: L201: a circle without a question: first → second → first; put an ask or a wait on the way`},
		{"round a flow with a question", "  a: { run: second, go: a }\n", "  a: { ask: Ещё, buttons: { more: Да }, end: true }\n", ""},
		{"round a flow without", "  a: { run: second, go: a }\n", "  a: { say: Ещё!, end: true }\n", `flows/first.yaml:4:3: L201: a circle without a question: a → a; put an ask or a wait on the way`},
		{"after a flow with a question", "  a: { run: second }\n  b: { run: first }\n", "  a: { ask: Ещё, buttons: { more: Да }, end: true }\n", ""},
		{"an interruption that begins anew", "  a: { ask: Ещё, buttons: { more: Да }, end: true }\n", "  a: { wait: { for: 1h } }\n  b: { run: first, end: true }\n", ""},
		{"an interruption at a step", "  a: { ask: Ещё, buttons: { more: Да }, end: true }\n", heard, ""},
		{"an interruption that runs what it interrupts", "  a: { run: second }\n  b: { end: true }\n", heard, `flows/second.yaml:3:36: L210: flow second interrupts itself: first runs it; go to a step of this flow, or remove run: second`},
		{"an interruption by itself", "  a: { wait: { for: 1h }, listen: [{ words: [раз], run: first, then: restart }], end: true }\n", heard, `flows/first.yaml:4:36: L210: flow first interrupts itself: first runs it; go to a step of this flow, or remove run: first`},
	}
	for _, tt := range tests {
		files := fstest.MapFS{}
		layer(t, files, "testdata/base")
		files["flows/first.yaml"] = &fstest.MapFile{Data: []byte("flow: first\n" + begin + "steps:\n" + tt.first)}
		files["flows/second.yaml"] = &fstest.MapFile{Data: []byte("flow: second\nsteps:\n" + tt.second)}
		if _, problems := flows.Load(files, vocabulary); told(problems) != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, told(problems), tt.want)
		}
	}
}
