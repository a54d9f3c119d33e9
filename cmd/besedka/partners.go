package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"besedka/core/partner/book"
	"besedka/core/source"
)

type partnersCmd struct {
	Import importCmd `cmd:"" help:"Merge a table of stores into partners.yaml; comments and hand edits stay."`
}

type importCmd struct {
	Programme string `help:"Programme folder; by default the one we stand in." type:"path"`
	DryRun    bool   `name:"dry-run" help:"Tell what would change, and write nothing."`
	JSON      bool   `name:"json" help:"Print JSON."`
	Lang      string `help:"Language of what is told: ru or en." enum:"ru,en" default:"ru"`
	File      string `arg:"" help:"CSV, its first line naming the columns."`
}

const partnersFile = "partners.yaml"

// Run writes the merged book, or tells the mistakes and writes nothing.
func (c *importCmd) Run(stdout io.Writer) error {
	f := folder{Dir: c.Programme, JSON: c.JSON, Lang: c.Lang}
	if f.Dir == "" {
		f.Dir = "."
	}
	if _, err := os.Stat(filepath.Join(f.Dir, "programme.yaml")); err != nil {
		return f.fail(source.Sentence("в папке %s нет programme.yaml: назовите папку программы, --programme", "the folder %s has no programme.yaml: name the programme's with --programme", f.Dir))
	}
	table, err := readTable(c.File)
	if err != nil {
		return err
	}
	path := filepath.Join(f.Dir, partnersFile)
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	merged, changes, problems := book.Import(partnersFile, old, c.File, table)
	if len(problems) > 0 {
		return errors.Join(f.tell(stdout, problems), f.fail(source.Sentence("ошибок: %d, ничего не записано", "mistakes: %d, nothing is written", len(problems))))
	}
	if err := c.tell(stdout, changes); err != nil || c.DryRun || bytes.Equal(old, merged) {
		return err
	}
	return replace(path, old, merged)
}

// readTable takes no more of a file than is needed to know that it is too large.
func readTable(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, book.MaxTable+1))
}

// replace puts new text in the place of old, at once or not at all. What somebody has
// written meanwhile stays, and the import is to be done again.
func replace(path string, old, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".partners-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone by then, if all went well
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if now, err := os.ReadFile(path); !bytes.Equal(now, old) || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("%s has changed meanwhile: import once more", path), err)
	}
	return os.Rename(f.Name(), path)
}

func (c *importCmd) tell(w io.Writer, changes []book.Change) error {
	if c.JSON {
		return json.NewEncoder(w).Encode(append([]book.Change{}, changes...))
	}
	var out strings.Builder
	for _, change := range changes {
		out.WriteString(changeLine(change) + "\n")
	}
	done := source.Sentence("изменений: %d", "changes: %d", len(changes))
	if c.DryRun {
		done = source.Sentence("изменений: %d, ничего не записано", "changes: %d, nothing is written", len(changes))
	}
	_, err := fmt.Fprintf(w, "%s%s\n", out.String(), done.In(c.Lang))
	return err
}

// changeLine is + for what is new and ~ for what is another.
func changeLine(c book.Change) string {
	of := c.Partner
	if c.Store != "" {
		of += "/" + c.Store
	}
	switch {
	case c.Field == "":
		return "+ " + of
	case c.Was == "":
		return fmt.Sprintf("+ %s %s: %s", of, c.Field, c.Now)
	}
	return fmt.Sprintf("~ %s %s: %s -> %s", of, c.Field, c.Was, c.Now)
}
