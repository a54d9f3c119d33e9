package transcript_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"besedka/dialogs/transcript"
	"besedka/flows"
)

// Whatever a file of tests holds, it is played or told about at a place of its
// own, the same each time.
func FuzzPlay(f *testing.F) {
	for _, seed := range []string{
		"- test: раз\n  script:\n    - { user: привет, bot: hello, text: \"Привет\" }\n",
		"- test: два\n  given: { now: 2026-12-01T10:00+03:00, seed: 7, lang: en, facts: { receipts: 2 } }\n  stub: { gift.give: [none, { given: { sum: 5.50 } }] }\n  script:\n    - { begin: hello/gift, later: 2h, at: \"-\" }\n  then: { calls: { gift.give: 1 } }\n",
		"- test: три\n  script:\n    - { photo: x, press: y, contact: z, own: true, event: e, with: { a: 1 }, start: s, save: {}, buttons: [] }\n",
	} {
		f.Add(seed)
	}
	p, problems := flows.Load(surveyFiles(), vocabulary)
	if p == nil {
		f.Fatal(problems)
	}
	f.Fuzz(func(t *testing.T, text string) {
		files := fstest.MapFS{"flows/hello.test.yaml": {Data: []byte(text)}}
		first, problems := transcript.Play(files, p, vocabulary)
		lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
		for _, at := range problems {
			if at.Line < 1 || at.Line > len(lines) || at.Col < 1 || at.Col > utf8.RuneCountInString(lines[at.Line-1])+1 {
				t.Errorf("%s has no such place", at.In("en"))
			}
		}
		again, _ := transcript.Play(files, p, vocabulary)
		if len(first.Failures) != len(again.Failures) {
			t.Errorf("first %v, then %v", first.Failures, again.Failures)
		}
	})
}
