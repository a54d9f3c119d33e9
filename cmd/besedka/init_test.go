package main

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"besedka/flows/templates"
)

// TestInit lays every template out: its check finds nothing and its tests are
// green.
func TestInit(t *testing.T) {
	t.Parallel()
	for _, name := range templates.Names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "мой_чай")
			told := succeeds(t, "init", dir, "--template", name)
			if !strings.Contains(told, "besedka flows check "+dir) {
				t.Errorf("the next command is not told: %s", told)
			}
			readme, err := os.ReadFile(filepath.Join(dir, "README.md"))
			if err != nil || strings.Count(string(readme), "\nbesedka ") != 3 || strings.Count(string(readme), " мой_чай") < 3 || strings.Contains(string(readme), templates.Folder) {
				t.Errorf("README.md names other than three commands: %v\n%s", err, readme)
			}
			if told := succeeds(t, "flows", "check", dir, "--lang", "en"); !strings.HasPrefix(told, "no mistakes") {
				t.Errorf("check: %s", told)
			}
			if told := succeeds(t, "flows", "test", dir, "--lang", "en"); !strings.HasPrefix(told, "tests: 5, differences: 0") {
				t.Errorf("test: %s", told)
			}
		})
	}
}

// TestInitInRussian lays out every template without its translation.
func TestInitInRussian(t *testing.T) {
	t.Parallel()
	for _, name := range templates.Names {
		dir := filepath.Join(t.TempDir(), name)
		succeeds(t, "init", dir, "--template", name, "--russian")
		if told := succeeds(t, "flows", "check", dir, "--lang", "en"); !strings.HasPrefix(told, "no mistakes") {
			t.Errorf("check: %s", told)
		}
		if told := succeeds(t, "flows", "test", dir, "--lang", "en"); !strings.HasPrefix(told, "tests: 4, differences: 0") {
			t.Errorf("test: %s", told)
		}
		if _, err := os.Stat(filepath.Join(dir, "locales")); !os.IsNotExist(err) {
			t.Errorf("the translation is there: %v", err)
		}
	}
}

func succeeds(t *testing.T, args ...string) string {
	t.Helper()
	var out, told bytes.Buffer
	if code := run(t.Context(), args, &out, &told); code != 0 {
		t.Fatalf("besedka %q: %d %s%s", args, code, out.String(), told.String())
	}
	return out.String()
}

func TestInitRefusesWhatIsThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "mine.txt")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{dir, file} {
		var out, told bytes.Buffer
		if code := run(t.Context(), []string{"init", place}, &out, &told); code != 1 {
			t.Errorf("init %s: %d %s", place, code, told.String())
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("the folder is changed: %v %v", entries, err)
	}
}

// TestTemplatesAreTheirNames holds the flag to the folders.
func TestTemplatesAreTheirNames(t *testing.T) {
	t.Parallel()
	flag, _ := reflect.TypeFor[initCmd]().FieldByName("Template")
	if want := strings.Join(templates.Names, ","); flag.Tag.Get("enum") != want {
		t.Errorf("--template takes %s, there are %s", flag.Tag.Get("enum"), want)
	}
}
