package draft

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"besedka/core/release"
	"besedka/storage"
)

// Writing is one change of one file.
type Writing struct {
	Draft int64
	Staff int64
	Path  string
	Seen  string // HashOf the text that the writer has seen; "": there was no file
	Body  []byte // nil: the file is taken away
}

// HashOf tells texts apart.
func HashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:12])
}

// WriteTx writes over the text that the writer has seen. Of another one it is a
// *ChangedError, with who wrote that; ErrTaken and ErrGone where a file is, or is no
// more, against what they have seen. A path that no release takes is a *source.Problem,
// but for whoever takes the file away.
func WriteTx(ctx context.Context, tx storage.Tx, now time.Time, w Writing) error {
	if misplaced := release.Misplaced(w.Path); misplaced != nil && w.Body != nil {
		return misplaced
	}
	if _, err := LockTx(ctx, tx, w.Draft, 0); err != nil {
		return err
	}
	if err := w.unchanged(ctx, tx); err != nil {
		return err
	}
	var b storage.Batch
	b.Exec(qWrite, w.Draft, w.Path, w.Body, w.Staff, now)
	b.Exec(qSettle, w.Draft, w.Path)
	b.Exec(qTouch, w.Draft, now, w.Staff)
	if err := b.Send(ctx, tx); err != nil {
		return fmt.Errorf("write %s of draft %d: %w", w.Path, w.Draft, err)
	}
	return nil
}

// unchanged compares the file as it is now with what the writer has seen.
func (w Writing) unchanged(ctx context.Context, tx storage.Tx) error {
	is, err := FileOf(ctx, tx, w.Draft, w.Path)
	if errors.Is(err, storage.ErrNotFound) {
		is, err = File{Path: w.Path}, nil
	}
	switch {
	case err != nil:
		return err
	case is.Body == nil && w.Seen == "":
		return nil
	case is.Body == nil:
		return ErrGone
	case w.Seen == "":
		return ErrTaken
	case HashOf(is.Body) != w.Seen:
		return &ChangedError{is}
	}
	return nil
}
