package transcript

import (
	"fmt"
	"io/fs"
	"strings"

	"besedka/core/source"
	"besedka/dialogs"
	"besedka/flows"
)

// Diff is how the conversations of a folder's tests go on two programmes: for
// each that differs the line where they part, and what either says there.
type Diff struct {
	Tests int       `json:"tests"`
	Parts []Failure `json:"parts"`
}

// Compare plays every test of the folder, which is written for before, on both.
// Problems are mistakes in the tests themselves; with any, nothing is played.
func Compare(fsys fs.FS, before, after *flows.Programme, v flows.Vocabulary) (Diff, []*source.Problem) {
	tests, problems := readAll(fsys, before, v)
	if len(problems) > 0 {
		return Diff{}, problems
	}
	d := Diff{Tests: len(tests), Parts: []Failure{}}
	old, changed := dialogs.New(before), dialogs.New(after)
	for _, t := range tests {
		if at, what := part(t, newPlayer(old, before, t), newPlayer(changed, after, t)); what != "" {
			d.Parts = append(d.Parts, Failure{at, t.name, what})
		}
	}
	return d, nil
}

// part plays a test on both until they differ.
func part(t test, old, changed *player) (at source.Pos, what string) {
	for _, l := range t.lines {
		oldErr, changedErr := old.do(l), changed.do(l)
		var d diff
		d.list("bot", old.slots(), changed.slots())
		d.one("text", old.text(), changed.text())
		d.list("buttons", old.titles(), changed.titles())
		d.list("media", old.pictures(), changed.pictures())
		d.one("edit", fmt.Sprint(old.edits()), fmt.Sprint(changed.edits()))
		d.one("save", braced(old.saved), braced(changed.saved))
		d.one("at", old.place(), changed.place())
		d.one("error", fmt.Sprint(oldErr), fmt.Sprint(changedErr))
		if len(d) > 0 {
			return l.Pos, strings.Join(d, "\n")
		}
		if oldErr != nil {
			return at, ""
		}
	}
	return at, ""
}

// one adds what differs.
func (d *diff) one(what, before, after string) {
	if before != after {
		d.add(what, before, after)
	}
}
