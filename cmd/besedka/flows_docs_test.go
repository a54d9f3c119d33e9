package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestLanguageCommands carries out the commands of the language's page on the
// programme that its examples make. What the page shows must come in that
// order; it may leave lines out.
func TestLanguageCommands(t *testing.T) {
	t.Parallel()
	page, dir, carried := readDoc(t, "docs/dialog-language.md"), t.TempDir(), 0
	writeExamples(t, page, dir)
	for _, b := range page {
		command, shown, _ := strings.Cut(b.text, "\n")
		args, ok := strings.CutPrefix(command, "$ besedka flows ")
		if b.kind != "text" || !ok {
			continue
		}
		carried++
		got := carryOut(t, strings.Fields(strings.Replace(args, "ПАПКА", dir, 1)), shown)
		for line := range strings.Lines(shown) {
			if strings.HasPrefix(line, "> ") {
				line = "> "
			}
			_, rest, found := strings.Cut(got, line)
			if !found {
				t.Fatalf("%s: no %q in what is left:\n%s", command, line, got)
			}
			got = rest
		}
	}
	if carried < 2 {
		t.Errorf("only %d commands are carried out", carried)
	}
}

func writeExamples(t *testing.T, page []block, dir string) {
	t.Helper()
	for _, b := range page {
		first, text, _ := strings.Cut(b.text, "\n")
		name, ok := strings.CutPrefix(first, "# файл: ")
		if b.kind != "yaml" || !ok {
			continue
		}
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// carryOut runs a command; what follows > in what is shown is typed.
func carryOut(t *testing.T, args []string, shown string) string {
	t.Helper()
	var typed, out bytes.Buffer
	for line := range strings.Lines(shown) {
		if line, ok := strings.CutPrefix(line, "> "); ok {
			typed.WriteString(line)
		}
	}
	var c flowsCmd
	command, err := kong.Must(&c).Parse(args)
	if err != nil {
		t.Fatal(err)
	}
	command.BindTo(t.Context(), (*context.Context)(nil))
	command.BindTo(&typed, (*io.Reader)(nil))
	command.BindTo(&out, (*io.Writer)(nil))
	if err := command.Run(); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return out.String()
}
