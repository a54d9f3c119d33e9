package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"besedka/core/source"
	"besedka/flows/templates"
)

type initCmd struct {
	Dir      string `arg:"" help:"Folder to make; it must be new or empty."`
	Template string `help:"What to begin with: brand, mall or retail." enum:"brand,mall,retail" default:"brand"`
	Lang     string `help:"Language of what is told: ru or en." enum:"ru,en" default:"ru"`
}

// Run lays out a programme folder that works, and tells what to do next.
func (c *initCmd) Run(stdout io.Writer) error {
	if err := vacant(c.Dir); err != nil {
		return err
	}
	files, err := templates.Files(c.Template)
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := lay(filepath.Join(c.Dir, filepath.FromSlash(name)), text); err != nil {
			return fmt.Errorf("lay out programme: %w", err)
		}
	}
	_, err = fmt.Fprintln(stdout, c.next().In(c.Lang))
	return err
}

// vacant refuses a folder in which anything might be overwritten.
func vacant(dir string) error {
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("lay out programme: %w", err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("lay out programme: %s is not empty; name a new folder", dir)
	}
	return nil
}

// lay writes one file, and never over another.
func lay(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

func (c *initCmd) next() source.Text {
	const commands = `
  besedka flows check %[1]s
  besedka flows test %[1]s
  besedka serve --demo --programme %[1]s`
	return source.Sentence("Программа готова: %[1]s. Начните с README.md. Дальше:"+commands, "The programme is ready: %[1]s. Begin with README.md. Then:"+commands, c.Dir)
}
