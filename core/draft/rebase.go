package draft

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"besedka/core/release"
	"besedka/storage"
)

// Conflict is a file that was changed here and published otherwise; nil where it is
// not.
type Conflict struct {
	Path               string
	Base, Mine, Theirs []byte
}

// How a person settles a Conflict.
const (
	Mine   = "mine"   // as the draft has it
	Theirs = "theirs" // as it was published
)

// ErrConflict is the answer to a rebase of which nobody has said how to settle a
// conflict.
var ErrConflict = errors.New("some files were changed here and published otherwise")

// Rebase is the files of a draft over another release than that they were written over.
// Changes that do not touch each other come together by themselves.
func Rebase(base, live map[string][]byte, files []File) (next []File, conflicts []Conflict) {
	for _, f := range files {
		was, is := base[f.Path], live[f.Path]
		merged, ok := merge(was, f.Body, is)
		switch {
		case !ok:
			conflicts = append(conflicts, Conflict{f.Path, was, f.Body, is})
		case !same(merged, is):
			f.Body = merged
			next = append(next, f)
		}
	}
	return next, conflicts
}

func same(a, b []byte) bool { return (a == nil) == (b == nil) && bytes.Equal(a, b) }

// merge is a file with both changes.
func merge(base, mine, theirs []byte) ([]byte, bool) {
	switch {
	case same(base, theirs) || same(mine, theirs):
		return mine, true
	case base == nil || mine == nil || theirs == nil || !utf8.Valid(mine) || !utf8.Valid(theirs):
		return nil, false
	}
	merged, ok := release.Merge(string(base), string(mine), string(theirs))
	return []byte(merged), ok
}

// RebaseTx moves a draft that was locked onto the release live. Choices settle its
// conflicts, by path; ErrConflict when one is missing.
func RebaseTx(ctx context.Context, tx storage.Tx, now time.Time, d Draft, staff int64, live string, choices map[string]string) error {
	next, conflicts, err := d.rebased(ctx, tx, live)
	if err != nil {
		return err
	}
	for _, c := range conflicts {
		switch choices[c.Path] {
		case Mine:
			next = append(next, File{Path: c.Path, Body: c.Mine, Staff: staff, At: now})
		case Theirs:
		default:
			return fmt.Errorf("%s: %w", c.Path, ErrConflict)
		}
	}
	var b storage.Batch
	b.Exec(qMove, d.ID, live)
	b.Exec(qClear, d.ID)
	for _, f := range next {
		b.Exec(qWrite, d.ID, f.Path, f.Body, f.Staff, f.At)
	}
	b.Exec(qTouch, d.ID, now, staff)
	if err := b.Send(ctx, tx); err != nil {
		return fmt.Errorf("rebase draft %d: %w", d.ID, err)
	}
	return nil
}

// Conflicts are those that moving the draft onto a release would meet.
func (d Draft) Conflicts(ctx context.Context, q storage.Querier, live string) ([]Conflict, error) {
	_, conflicts, err := d.rebased(ctx, q, live)
	return conflicts, err
}

func (d Draft) rebased(ctx context.Context, q storage.Querier, live string) ([]File, []Conflict, error) {
	base, err := release.Files(ctx, q, d.Base)
	if err != nil {
		return nil, nil, err
	}
	theirs, err := release.Files(ctx, q, live)
	if err != nil {
		return nil, nil, err
	}
	files, err := Files(ctx, q, d.ID)
	if err != nil {
		return nil, nil, err
	}
	next, conflicts := Rebase(base, theirs, files)
	return next, conflicts, nil
}
