package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/source"
	"besedka/dialogs/actions"
	"besedka/flows"
	"besedka/flows/programme"
)

// TestLetterExamples checks every file of the document: the first ones together, the last
// one for its mistakes.
func TestLetterExamples(t *testing.T) {
	t.Parallel()
	whole := map[string]string{}
	for _, b := range readDoc(t, "docs/letters.md") {
		name, _, _ := strings.Cut(strings.TrimPrefix(b.text, "# файл: "), "\n")
		switch {
		case b.kind == "yaml" && strings.HasPrefix(b.text, "letters:") && whole["letters.yaml"] == "":
			whole["letters.yaml"] = b.text
		case b.kind == "yaml" && strings.HasPrefix(b.text, "# файл: "):
			whole[name] = b.text
		case b.kind == "yaml":
			if problems := inFile(t, "letters.yaml", whole); len(problems) > 0 {
				t.Errorf("the whole: %s", worded(problems, "ru"))
			}
			whole = map[string]string{"letters.yaml": b.text}
		case b.kind == "text":
			if diff := cmp.Diff(b.text, worded(inFile(t, "letters.yaml", whole), "ru")); diff != "" {
				t.Errorf("mistakes: the document (-) and the check (+) differ:\n%s", diff)
			}
		}
	}
}

// inFile is what the check says of a file of the shipped programme when others take their
// places; without a translation of it the programme speaks Russian alone.
func inFile(t *testing.T, file string, files map[string]string) (ours []*source.Problem) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, programme.Files); err != nil {
		t.Fatal(err)
	}
	settings, err := os.ReadFile(filepath.Join(dir, "programme.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	translation := "locales/en/" + file
	if files[translation] == "" {
		files["programme.yaml"] = strings.Replace(string(settings), "languages: [ru, en]", "languages: [ru]", 1)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, problems := flows.Load(os.DirFS(dir), actions.Vocabulary())
	for _, p := range problems {
		if p.File == file || files[translation] != "" && p.File == translation {
			ours = append(ours, p)
		}
	}
	return ours
}
