package flows_test

import "testing"

// What is wrong with a list of ways is told at its place.
func TestRoutes(t *testing.T) {
	t.Parallel()
	const hello, old = "flows/hello.yaml", `    save: pet
`
	for name, tt := range map[string]struct{ list, want string }{
		"no such step":        {`[ { when: receipts > 3, go: bey }, { go: count } ]`, `there is no step "bey"; did you mean "bye"?`},
		"never":               {`[ { when: receipts > 3 and receipts < 2, go: bye }, { go: count } ]`, `26:19: L207: this condition never holds`},
		"behind a wider one":  {`[ { when: receipts > 3, go: bye }, { when: receipts > 5, go: count }, { go: count } ]`, `26:52: L207: nobody comes to this case`},
		"behind one for all":  {`[ { go: bye }, { when: receipts > 5, go: count } ]`, `26:24: L207: nobody comes to this case`},
		"no condition":        {`[ { when: receipts, go: bye }, { when: receipts >, go: count } ]`, `L111`},
		"no such name":        {`[ { when: recipts > 1, go: bye } ]`, `26:19: L112: there is no name "recipts"`},
		"another key":         {`[ { wen: receipts > 1, go: bye } ]`, `26:13: L103: unknown key "wen"; did you mean "when"?`},
		"nothing":             {`[]`, `L124: the list is empty`},
		"run beside the list": {"[ { go: bye } ]\n    run: lost", `L120: run does not go with a list of go; make two steps of it`},
		"no translation":      {`[ { when: receipts > 1, say: "Пока.", go: bye } ]`, `L301: there is no translation to en; add "pet.go.1" to locales/en/hello.yaml`},
		"a circle":            {`[ { when: receipts > 1, go: count }, { go: bye } ]` + "\n  idle: { go: [ { when: registered, go: idle }, { go: bye } ] }", `L201: a circle without a question: idle → idle`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mistake(t, hello, old, old+"    go: "+tt.list+"\n", tt.want)
		})
	}
}
