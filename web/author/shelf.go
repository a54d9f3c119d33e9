package author

import (
	"context"
	"io/fs"
	"time"
)

// Store keeps the files of a page: a folder of this machine, or a draft of the staff.
type Store interface {
	// Look notices what has changed, whoever changed it. The version of the files grows
	// with every change.
	Look(ctx context.Context) (version int64, err error)
	// Files are those that Look has seen, by path.
	Files() map[string]File
	// With is the folder that Look has seen, one file with another text. No name changes
	// nothing.
	With(name string, text []byte) (fs.FS, error)
	// Good is a folder without mistakes, to be talked to as long as the files have had
	// some; nil when none is known.
	Good() fs.FS

	// Save writes a text over the one that the writer has seen, by its hash, and over no
	// other.
	Save(ctx context.Context, name string, text []byte, seen string) error
	Make(ctx context.Context, name string, text []byte) error
	Rename(ctx context.Context, name, to, seen string) error
	Remove(ctx context.Context, name, seen string) error
}

// File is one file. Pictures and the like may have no text.
type File struct {
	Text []byte
	Hash string
	By   string    // who wrote it last, "" when nobody knows
	At   time.Time // and when
}
