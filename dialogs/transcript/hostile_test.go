package transcript_test

import (
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"besedka/dialogs/transcript"
	"besedka/flows"
)

// A file of tests that is larger than any file may be is told about, and not
// read to its end. Not parallel: it counts what is allocated.
func TestLargeFileOfTests(t *testing.T) {
	p, problems := flows.Load(surveyFiles(), vocabulary)
	if p == nil {
		t.Fatal(problems)
	}
	files := fstest.MapFS{"flows/large.test.yaml": {Data: []byte(strings.Repeat("# раз\n", 10<<20))}}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, problems = transcript.Play(files, p, vocabulary)
	runtime.ReadMemStats(&after)
	if got := (after.TotalAlloc - before.TotalAlloc) >> 20; got > 4 {
		t.Errorf("%d MB allocated", got)
	}
	if len(problems) != 1 || problems[0].Code != "L106" || problems[0].File != "flows/large.test.yaml" {
		t.Errorf("%v, want one L106", problems)
	}
}
