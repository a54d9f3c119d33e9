package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFlowsDiff: a folder goes like itself; an edited wording parts the test
// that hears it, and the command fails.
func TestFlowsDiff(t *testing.T) {
	t.Parallel()
	before, after := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	for _, dir := range []string{before, after} {
		var out, told bytes.Buffer
		if code := run(t.Context(), []string{"init", dir, "--template", "retail"}, &out, &told); code != 0 {
			t.Fatal(told.String())
		}
	}
	diff := func() (int, string) {
		var out, told bytes.Buffer
		code := run(t.Context(), []string{"flows", "diff", before, after}, &out, &told)
		return code, out.String() + told.String()
	}
	if code, told := diff(); code != 0 || !strings.Contains(told, "пойдут иначе 0") {
		t.Errorf("the same folder: %d, %s", code, told)
	}
	file := filepath.Join(after, "flows", "balance.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	edited := bytes.ReplaceAll(text, []byte("Бонусов пока 0"), []byte("Пока ни бонуса"))
	if bytes.Equal(edited, text) {
		t.Fatalf("the edit changes nothing in\n%s", text)
	}
	if err := os.WriteFile(file, edited, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, told := diff(); code != 1 || !strings.Contains(told, "+ text: Пока ни бонуса") || !strings.Contains(told, ".test.yaml:") {
		t.Errorf("an edited wording: %d, %s", code, told)
	}
}

// TestFlowsOfTheFolderWeStandIn: without a folder's name the programme is the one
// here, and the shipped one only where there is none.
func TestFlowsOfTheFolderWeStandIn(t *testing.T) {
	here := filepath.Join(t.TempDir(), "a")
	flows := func() string {
		var out, told bytes.Buffer
		if code := run(t.Context(), []string{"flows", "check", "--lang", "en"}, &out, &told); code != 0 {
			t.Fatal(told.String())
		}
		return out.String()
	}
	var out, told bytes.Buffer
	if code := run(t.Context(), []string{"init", here, "--template", "brand"}, &out, &told); code != 0 {
		t.Fatal(told.String())
	}
	shipped := flows()
	t.Chdir(here)
	if own := flows(); own == shipped {
		t.Errorf("in a folder of its own: %s", own)
	}
}
