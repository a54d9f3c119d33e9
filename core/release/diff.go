package release

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aymanbagabas/go-udiff"
)

// Kinds of change of a file.
const (
	Added   = "added"
	Changed = "changed"
	Removed = "removed"
)

// FileDiff is what has become of one file.
type FileDiff struct {
	Path   string `json:"path"`
	Kind   string `json:"kind"`
	More   int    `json:"more"` // lines added
	Less   int    `json:"less"` // and taken away
	Lines  []Line `json:"lines,omitempty"`
	Binary bool   `json:"binary,omitempty"` // it has no lines
}

// Line is a line of a FileDiff. Was and Is number it before and after, 0 where it is
// not. A Gap stands for lines that are as they were; after MaxLines, for all that follow.
type Line struct {
	Was  int    `json:"was,omitempty"`
	Is   int    `json:"is,omitempty"`
	Text string `json:"text"`
	Gap  bool   `json:"gap,omitempty"`
}

// MaxLines is how many lines of one file are told: the stores of a mall may change by a
// hundred thousand, and nobody reads them on a page.
const MaxLines = 2000

// around is how many lines are shown around a change.
const around = 3

// Diff tells two programmes apart, by path; files that are the same are left out.
func Diff(before, after map[string][]byte) []FileDiff {
	var all []FileDiff
	for _, path := range paths(before, after) {
		was, had := before[path]
		is, has := after[path]
		if had && has && bytes.Equal(was, is) {
			continue
		}
		d := FileDiff{Path: path, Kind: kindOf(had, has), Binary: !utf8.Valid(was) || !utf8.Valid(is)}
		if !d.Binary {
			d.compare(string(was), string(is))
		}
		all = append(all, d)
	}
	return all
}

func paths(before, after map[string][]byte) []string {
	var all []string
	for _, files := range []map[string][]byte{before, after} {
		for path := range files {
			all = append(all, path)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func kindOf(had, has bool) string {
	switch {
	case !had:
		return Added
	case !has:
		return Removed
	}
	return Changed
}

// compare walks both texts along the edits that lead from one to the other.
func (d *FileDiff) compare(was, is string) {
	at, before, after := 0, 0, 0
	same := func(text string, last bool) {
		lines := linesOf(text)
		d.same(lines, before, after, last)
		before, after = before+len(lines), after+len(lines)
	}
	for _, e := range udiff.Lines(was, is) {
		same(was[at:e.Start], false)
		for _, line := range linesOf(was[e.Start:e.End]) {
			before, d.Less = before+1, d.Less+1
			d.Lines = append(d.Lines, Line{Was: before, Text: line})
		}
		for _, line := range linesOf(e.New) {
			after, d.More = after+1, d.More+1
			d.Lines = append(d.Lines, Line{Is: after, Text: line})
		}
		at = e.End
	}
	same(was[at:], true)
	if len(d.Lines) > MaxLines {
		d.Lines = append(d.Lines[:MaxLines:MaxLines], Line{Gap: true})
	}
}

// same adds the lines around a change, and a gap for the others between.
func (d *FileDiff) same(lines []string, before, after int, last bool) {
	head, tail := around, max(len(lines)-around, 0)
	if len(d.Lines) == 0 {
		head = 0
	}
	if last {
		tail = len(lines)
	}
	gap := false
	for i, line := range lines {
		switch {
		case i < head || i >= tail:
			d.Lines = append(d.Lines, Line{Was: before + i + 1, Is: after + i + 1, Text: line})
		case !gap:
			gap = true
			d.Lines = append(d.Lines, Line{Gap: true})
		}
	}
}

// linesOf parts a text at its line ends; a last line may have none.
func linesOf(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// Merge carries the changes that lead from base to mine over to theirs. Changes that
// touch each other are for a person: then ok is false.
func Merge(base, mine, theirs string) (merged string, ok bool) {
	x, y := udiff.Lines(base, mine), udiff.Lines(base, theirs)
	for _, a := range x {
		for _, b := range y {
			if a != b && a.Start <= b.End && b.Start <= a.End {
				return "", false
			}
		}
	}
	both, ok := udiff.Merge(x, y)
	if !ok {
		return "", false
	}
	merged, err := udiff.Apply(base, both)
	return merged, err == nil
}
