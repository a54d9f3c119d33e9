package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"besedka/core/source"
	"besedka/flows/templates"
)

type initCmd struct {
	Dir      string `arg:"" help:"Folder to make; it must be new or empty."`
	Template string `help:"What to begin with: brand, mall or retail." enum:"brand,mall,retail" default:"brand"`
	Russian  bool   `help:"Russian alone, without the English translation."`
	Lang     string `help:"Language of what is told: ru or en." enum:"ru,en" default:"ru"`
}

// Run lays out a programme folder that works, and tells what to do next.
func (c *initCmd) Run(stdout io.Writer) error {
	if err := c.vacant(); err != nil {
		return err
	}
	folder, err := filepath.Abs(c.Dir)
	if err != nil {
		return err
	}
	files, err := templateFor(folder, c.Template)
	if err != nil {
		return err
	}
	if c.Russian {
		templates.Russian(files)
	}
	for name, text := range files {
		if err := lay(filepath.Join(folder, filepath.FromSlash(name)), text); err != nil {
			return fmt.Errorf("lay out programme: %w", err)
		}
	}
	_, err = fmt.Fprintln(stdout, c.next(folder).In(c.Lang))
	return err
}

// templateFor are the files of a template, whose README names the folder.
func templateFor(folder, template string) (map[string][]byte, error) {
	files, err := templates.Files(template)
	if err != nil {
		return nil, err
	}
	name := typed(filepath.Base(folder))
	files[templates.Readme] = bytes.ReplaceAll(files[templates.Readme], []byte(templates.Folder), []byte(name))
	return files, nil
}

// vacant refuses a folder in which anything might be overwritten.
func (c *initCmd) vacant() error {
	entries, err := os.ReadDir(c.Dir)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("lay out programme: %w", err)
	}
	if len(entries) > 0 {
		return errors.New(source.Sentence("папка %s не пуста; назовите новую", "the folder %s is not empty; name a new one", c.Dir).In(c.Lang))
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

// next tells the commands to go on with. They are not for inside the folder:
// serve would put its data there.
func (c *initCmd) next(folder string) source.Text {
	dir, out := c.Dir, ""
	if filepath.Clean(dir) == "." {
		dir, out = filepath.Base(folder), "\n  cd .."
	}
	commands := fmt.Sprintf("%[2]s\n  besedka flows check %[1]s\n  besedka flows test %[1]s\n  besedka serve --demo --programme %[1]s", typed(dir), out)
	return source.Sentence("Программа готова: %s. Начните с README.md. Дальше:%s", "The programme is ready: %s. Begin with README.md. Then:%s", folder, commands)
}

var plainName = regexp.MustCompile(`^[\p{L}\p{N}_./-]+$`)

// typed is a name as it is typed in a shell.
func typed(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}
