package main

import (
	"fmt"
	"io"
	"io/fs"
	"strings"

	"besedka/core/source"
	"besedka/flows"
)

// finding is a problem with the line it stands on and why it is one.
type finding struct {
	*source.Problem
	Text string      `json:"text"`
	Why  source.Text `json:"why"`
}

// findings finds the line and the reason of every problem.
func findings(files fs.FS, problems []*source.Problem) []finding {
	lines := map[string][]string{}
	found := make([]finding, len(problems))
	for i, p := range problems {
		if _, ok := lines[p.File]; !ok {
			lines[p.File] = readLines(files, p.File)
		}
		mistake, _ := flows.MistakeOf(p.Code)
		found[i] = finding{Problem: p, Why: mistake.Why}
		if of := lines[p.File]; p.Line <= len(of) {
			found[i].Text = strings.TrimRight(of[p.Line-1], "\r")
		}
	}
	return found
}

// readLines leaves alone what is no file of words; its problem says so.
func readLines(files fs.FS, name string) []string {
	info, err := fs.Stat(files, name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > source.MaxBytes {
		return nil
	}
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return nil
	}
	return strings.Split(strings.ToValidUTF8(string(text), "\uFFFD"), "\n")
}

// widestLine is how much of a line a terminal is shown.
const widestLine = 120

// show prints a finding for people: the message, the line and a mark below its
// place. Why is told with the first of each code.
func (f finding) show(w io.Writer, lang string, why bool) error {
	said := f.In(lang) + "\n"
	if line := []rune(f.Text); f.Col <= len(line) && f.Col <= widestLine {
		said += "    " + string(line[:min(len(line), widestLine)]) + "\n    " + strings.Repeat(" ", f.Col-1) + "^\n"
	}
	if reason := f.Why.In(lang); why && reason != "" {
		said += "    " + reason + "\n"
	}
	_, err := fmt.Fprint(w, said)
	return err
}
