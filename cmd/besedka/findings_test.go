package main

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/flows"
)

// slipped is a folder with one slip in a script, whose name has a space.
func slipped(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "моя программа")
	if err := os.CopyFS(dir, os.DirFS("../../flows/testdata/base")); err != nil {
		t.Fatal(err)
	}
	text := "flow: hello\nstart: { words: [привет] }\nsteps:\n  hi: { say: \"Привет!\", go: thx }\n  thanks: { say: \"Спасибо!\", end: true }\n"
	if err := os.WriteFile(filepath.Join(dir, "flows/hello.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func flowsCheck(t *testing.T, want int, args ...string) []byte {
	t.Helper()
	var out, told bytes.Buffer
	if code := run(t.Context(), append([]string{"flows", "check"}, args...), &out, &told); code != want {
		t.Fatalf("besedka flows check %q: code %d, want %d: %s", args, code, want, told.String())
	}
	return out.Bytes()
}

func TestFindingForPeople(t *testing.T) {
	t.Parallel()
	got := string(flowsCheck(t, 1, slipped(t), "--lang", "en"))
	want := `flows/hello.yaml:4:29: L121: there is no step "thx"; did you mean "thanks"?
      hi: { say: "Привет!", go: thx }
                                ^
    There is no such step, flow, field, call or event, and the conversation would get stuck here.
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+): %s", diff)
	}
}

func TestFindingAsJSON(t *testing.T) {
	t.Parallel()
	var got []map[string]any
	if err := json.Unmarshal(flowsCheck(t, 1, slipped(t), "--json"), &got); err != nil || len(got) != 1 {
		t.Fatal(err, got)
	}
	both := func(ru, en string) any { return map[string]any{"ru": ru, "en": en} }
	mistake, _ := flows.MistakeOf("L121")
	want := map[string]any{
		"file": "flows/hello.yaml", "line": 4.0, "col": 29.0, "code": "L121", "text": `  hi: { say: "Привет!", go: thx }`,
		"what": both("нет шага «thx»", `there is no step "thx"`), "cure": both("может быть, «thanks»?", `did you mean "thanks"?`),
		"why": both(mistake.Why.Ru, mistake.Why.En),
	}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Errorf("want (-), got (+): %s", diff)
	}
	if got := string(flowsCheck(t, 0, "--json")); got != "[]\n" {
		t.Errorf("of the shipped programme: %s", got)
	}
}

// TestFindingAsSARIF holds what is written to what the schema of SARIF 2.1.0
// requires and to what code hosts show.
func TestFindingAsSARIF(t *testing.T) {
	t.Parallel()
	dir := slipped(t)
	for _, tt := range []struct {
		found int
		args  []string
	}{{1, []string{dir, "--sarif"}}, {0, []string{"--sarif"}}} {
		var log sarifLog
		decoder := json.NewDecoder(bytes.NewReader(flowsCheck(t, tt.found, tt.args...)))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&log); err != nil {
			t.Fatal(err)
		}
		if log.Version != "2.1.0" || len(log.Runs) != 1 || log.Runs[0].Results == nil || len(log.Runs[0].Results) != tt.found {
			t.Fatalf("%q: %+v", tt.args, log)
		}
		r := log.Runs[0]
		wantRules(t, r.Tool.Driver)
		for _, result := range r.Results {
			wantResult(t, r.Tool.Driver, result)
			at, err := url.Parse(result.Locations[0].Physical.Artifact.URI)
			if err != nil || at.Path != filepath.Join(dir, "flows/hello.yaml") {
				t.Errorf("address %v, %v", at, err)
			}
		}
	}
}

func wantRules(t *testing.T, d sarifDriver) {
	t.Helper()
	seen := map[string]bool{}
	for _, rule := range d.Rules {
		if seen[rule.ID] || rule.ID == "" || rule.Short.Text == "" || rule.Full.Text == "" || rule.Help.Text == "" {
			t.Errorf("rule %+v", rule)
		}
		seen[rule.ID] = true
	}
	if d.Name == "" || len(d.Rules) != len(flows.Mistakes()) {
		t.Errorf("%q has %d rules", d.Name, len(d.Rules))
	}
}

func wantResult(t *testing.T, d sarifDriver, r sarifResult) {
	t.Helper()
	if d.Rules[r.RuleIndex].ID != r.RuleID || r.Message.Text == "" || r.Level != "error" || len(r.Locations) != 1 {
		t.Errorf("result %+v", r)
	}
	if at := r.Locations[0].Physical.Region; at.StartLine < 1 || at.StartColumn < 1 || at.Snippet.Text == "" {
		t.Errorf("region %+v", at)
	}
}

func TestAddressesInSARIF(t *testing.T) {
	t.Parallel()
	for want, in := range map[string][2]string{
		"flows/a.yaml":                {"", "flows/a.yaml"},
		"my%20programme/flows/a.yaml": {"./my programme", "flows/a.yaml"},
		"file:///p/flows/a.yaml":      {"/p", "flows/a.yaml"},
		"./a:b.yaml":                  {".", "a:b.yaml"},
	} {
		if got := sarifURI(in[0], in[1]); got != want {
			t.Errorf("sarifURI(%q, %q) = %s, want %s", in[0], in[1], got, want)
		}
	}
}
