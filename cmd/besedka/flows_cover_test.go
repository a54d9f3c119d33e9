package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
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
	for _, want := range []string{"why_ask: 100 % (2 of 2)\n", "flows/why.yaml:17:58: the variant ask.none is not said\n", "all together: "} {
		if !strings.Contains(told.String(), want) {
			t.Errorf("no %q in\n%s", want, &told)
		}
	}
	if code := run(t.Context(), []string{"flows", "test", "--json", "--min-cover", "101"}, &asJSON, &errors); code != 1 || !strings.Contains(errors.String(), "а нужно 101 %") {
		t.Errorf("exit %d: %s", code, &errors)
	}
	var report transcript.Report
	if err := json.Unmarshal(asJSON.Bytes(), &report); err != nil || transcript.Sum(report.Cover).Total == 0 {
		t.Errorf("%v: %s", err, &asJSON)
	}
}

// Failures of flows commands are told in the language that was asked for.
func TestFlowsFailInOneLanguage(t *testing.T) {
	t.Parallel()
	nowhere := filepath.Join(t.TempDir(), "нет")
	for _, tt := range []struct{ args, ru, en string }{
		{"check " + nowhere, "нет папки " + nowhere, "there is no folder " + nowhere},
		{"test " + nowhere, "нет папки " + nowhere, "there is no folder " + nowhere},
		{"play " + nowhere, "нет папки " + nowhere, "there is no folder " + nowhere},
		{"test --min-cover 101", "а нужно 101 %", "101 % are wanted"},
		{"test --cover --flow balans", "нет сценария «balans»", `there is no flow "balans"`},
		{"graph --flow balans", "нет сценария «balans»", `there is no flow "balans"`},
	} {
		for lang, want := range map[string]string{"ru": tt.ru, "en": tt.en} {
			var out, errors strings.Builder
			code := run(t.Context(), append(strings.Fields("flows "+tt.args), "--lang", lang), &out, &errors)
			if code != 1 || !strings.Contains(errors.String(), want) {
				t.Errorf("%s in %s: %d %s", tt.args, lang, code, errors.String())
			}
		}
	}
}

// The cover of one flow leaves out the others.
func TestCoverOfOneFlow(t *testing.T) {
	t.Parallel()
	var out, errors strings.Builder
	code := run(t.Context(), []string{"flows", "test", "--cover", "--flow", "onboarding"}, &out, &errors)
	if code != 0 || !strings.HasPrefix(out.String(), "onboarding: ") || strings.Contains(out.String(), "receipt: ") {
		t.Errorf("%d %s %s", code, out.String(), errors.String())
	}
}
