package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"besedka/dialogs/transcript"
)

// The shipped programme's cover is told to people and programs, and too little
// of it fails the command.
func TestFlowsCover(t *testing.T) {
	t.Parallel()
	var told, asJSON, errors bytes.Buffer
	if code := run(t.Context(), []string{"flows", "test", "--cover", "--lang", "en", "--min-cover", "10"}, &told, &errors); code != 0 {
		t.Fatalf("exit %d: %s", code, &errors)
	}
	for _, want := range []string{"why_ask: 100 % (2 of 2)\n", "flows/why.yaml:9:13: the branch ask.none is not taken\n", "all together: "} {
		if !strings.Contains(told.String(), want) {
			t.Errorf("no %q in\n%s", want, &told)
		}
	}
	if code := run(t.Context(), []string{"flows", "test", "--json", "--min-cover", "101"}, &asJSON, &errors); code != 1 || !strings.Contains(errors.String(), "101 % are wanted") {
		t.Errorf("exit %d: %s", code, &errors)
	}
	var report transcript.Report
	if err := json.Unmarshal(asJSON.Bytes(), &report); err != nil || transcript.Sum(report.Cover).Total == 0 {
		t.Errorf("%v: %s", err, &asJSON)
	}
}
