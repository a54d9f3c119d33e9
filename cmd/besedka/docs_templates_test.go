package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTemplateExamples checks every file of the document: the first ones together, the
// last one for its mistakes.
func TestTemplateExamples(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for _, b := range readDoc(t, "docs/templates.md") {
		name, _, _ := strings.Cut(strings.TrimPrefix(b.text, "# файл: "), "\n")
		switch {
		case b.kind == "yaml" && files["templates.yaml"] == "":
			files["templates.yaml"] = b.text
		case b.kind == "yaml" && strings.HasPrefix(b.text, "# файл: "):
			files[name] = b.text
			if problems := inFile(t, "templates.yaml", files); len(problems) > 0 {
				t.Errorf("the whole: %s", worded(problems, "ru"))
			}
		case b.kind == "yaml":
			files = map[string]string{"templates.yaml": b.text}
		case b.kind == "text":
			if diff := cmp.Diff(b.text, worded(inFile(t, "templates.yaml", files), "ru")); diff != "" {
				t.Errorf("mistakes: the document (-) and the check (+) differ:\n%s", diff)
			}
		}
	}
}
