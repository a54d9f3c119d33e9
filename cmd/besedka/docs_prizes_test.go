package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/source"
	"besedka/dialogs/actions"
	"besedka/flows"
	"besedka/flows/programme"
	"besedka/storage/storagetest"
)

// TestPrizeExamples checks every file of the document, and loads its codes twice.
func TestPrizeExamples(t *testing.T) {
	t.Parallel()
	blocks := readDoc(t, "docs/prizes.md")
	var problems []*source.Problem
	var loaded []string
	for _, b := range blocks {
		switch {
		case b.kind == "yaml":
			problems = inShowcase(t, b.text)
		case b.kind == "text" && strings.HasPrefix(b.text, "prizes.yaml:"):
			if diff := cmp.Diff(b.text, worded(problems, "ru")); diff != "" {
				t.Errorf("mistakes: the document (-) and the check (+) differ:\n%s", diff)
			}
			problems = nil
		case b.kind == "text":
			loaded = append(loaded, b.text)
		}
		if b.kind == "yaml" && strings.Contains(b.text, "basket") && len(problems) > 0 {
			t.Errorf("the whole file: %s", worded(problems, "ru"))
		}
	}
	dir, dsn := t.TempDir(), storagetest.DSN(t)
	file := filepath.Join(dir, "codes.txt")
	if err := os.WriteFile(file, []byte("MILK-1\r\nMILK-2\n\n  MILK-3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var got []string
	for range 2 {
		got = append(got, besedka(t, "prizes", "codes", "milk2026", file, "--data", dir, "--database-url", dsn))
	}
	if diff := cmp.Diff(loaded, got); diff != "" {
		t.Errorf("codes: the document (-) and the command (+) differ:\n%s", diff)
	}
}

// inShowcase is what the check says of a showcase in the shipped programme.
func inShowcase(t *testing.T, text string) []*source.Problem {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, programme.Files); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "prizes.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, problems := flows.Load(os.DirFS(dir), actions.Vocabulary())
	return problems
}

// TestPrizeCalls holds the document's table of calls to the vocabulary.
func TestPrizeCalls(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile("`([a-z_.]+)`")
	got, want := map[string][]string{}, map[string][]string{}
	for _, row := range table(t, readDoc(t, "docs/prizes.md"), "| вызов") {
		var outcomes []string
		for _, m := range named.FindAllStringSubmatch(row[1], -1) {
			outcomes = append(outcomes, m[1])
		}
		got[named.FindStringSubmatch(row[0])[1]] = outcomes
	}
	for name, call := range actions.Vocabulary().Calls {
		if strings.HasPrefix(name, flows.PrizesPrefix) {
			want[name] = slices.Clone(call.Outcomes)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the document (+) and the program (-) differ:\n%s", diff)
	}
}
