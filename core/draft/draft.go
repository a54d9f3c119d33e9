package draft

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"besedka/core/release"
	"besedka/storage"
)

// Draft is one draft, without its files.
type Draft struct {
	ID          int64     `db:"id"`
	Staff       int64     `db:"staff_id"` // whose it is
	Name        string    `db:"name"`
	Base        string    `db:"base"` // the release that its other files are of
	Version     int64     `db:"version"`
	At          time.Time `db:"at"` // when it was begun
	ChangedAt   time.Time `db:"changed_at"`
	ChangedBy   int64     `db:"changed_by"`
	ChangedName string    `db:"changed_name"`
	Closed      bool      `db:"closed"` // published, or thrown away: nothing is written in it any more
	Files       int64     `db:"files"`  // that are otherwise than in Base
}

// File is a file that a draft has otherwise.
type File struct {
	Path  string    `db:"path"`
	Body  []byte    `db:"body"` // nil: it is taken away
	Staff int64     `db:"staff_id"`
	Name  string    `db:"name"` // of who wrote it last
	At    time.Time `db:"at"`
}

// MaxOpen is how many open drafts are listed.
const MaxOpen = 100

// What may become of an act on a draft.
var (
	ErrClosed = errors.New("the draft was published or thrown away")
	ErrStale  = errors.New("the draft was changed meanwhile")
	ErrTaken  = errors.New("there is such a file already")
	ErrGone   = errors.New("there is no such file")
)

// ChangedError is the answer to who has not seen what somebody else wrote meanwhile.
type ChangedError struct{ By File }

func (e *ChangedError) Error() string { return "the file was changed meanwhile: " + e.By.Path }

// OpenTx begins a draft of the release in force; storage.ErrNotFound before the first.
func OpenTx(ctx context.Context, tx storage.Tx, now time.Time, staff int64) (int64, error) {
	id, err := storage.Value[int64](ctx, tx, qOpen, staff, now)
	if err != nil {
		err = fmt.Errorf("open draft: %w", err)
	}
	return id, err
}

// List is the open drafts, that which was written in last first.
func List(ctx context.Context, q storage.Querier) ([]Draft, error) {
	all, err := storage.Collect[Draft](ctx, q, qList, MaxOpen)
	if err != nil {
		return nil, fmt.Errorf("list drafts: %w", err)
	}
	return all, nil
}

// Find is one draft; storage.ErrNotFound when there is none.
func Find(ctx context.Context, q storage.Querier, id int64) (Draft, error) {
	d, err := storage.One[Draft](ctx, q, qFind, id)
	if err != nil {
		err = fmt.Errorf("draft %d: %w", id, err)
	}
	return d, err
}

// Files are those that the draft has otherwise, by path.
func Files(ctx context.Context, q storage.Querier, id int64) ([]File, error) {
	all, err := storage.Collect[File](ctx, q, qFiles, id)
	if err != nil {
		return nil, fmt.Errorf("files of draft %d: %w", id, err)
	}
	return all, nil
}

// FileOf is one file as the draft has it, of its base where nothing was written: then it
// is nobody's. Of one that was taken away the body is nil; storage.ErrNotFound when there
// never was one.
func FileOf(ctx context.Context, q storage.Querier, id int64, path string) (File, error) {
	f, err := storage.One[File](ctx, q, qFile, id, path)
	if err != nil {
		err = fmt.Errorf("file %s of draft %d: %w", path, id, err)
	}
	return f, err
}

// Whole is what all files hold, by path: those of the base and those written since.
func (d Draft) Whole(ctx context.Context, q storage.Querier) (map[string][]byte, error) {
	base, err := release.Files(ctx, q, d.Base)
	if err != nil {
		return nil, err
	}
	files, err := Files(ctx, q, d.ID)
	if err != nil {
		return nil, err
	}
	return Over(base, files), nil
}

// Over is base with the files of a draft over it.
func Over(base map[string][]byte, files []File) map[string][]byte {
	whole := maps.Clone(base)
	for _, f := range files {
		if whole[f.Path] = f.Body; f.Body == nil {
			delete(whole, f.Path)
		}
	}
	return whole
}

// LockTx keeps other writers out until tx ends and is the draft then; ErrClosed when it
// is closed, ErrStale when it is another one than version, 0 for any.
func LockTx(ctx context.Context, tx storage.Tx, id, version int64) (Draft, error) {
	_, err := storage.Value[int64](ctx, tx, qLock, id)
	if errors.Is(err, storage.ErrNotFound) {
		err = ErrClosed
	}
	if err != nil {
		return Draft{}, fmt.Errorf("lock draft %d: %w", id, err)
	}
	d, err := Find(ctx, tx, id)
	if err == nil && version != 0 && d.Version != version {
		err = fmt.Errorf("draft %d is at %d, not %d: %w", id, d.Version, version, ErrStale)
	}
	return d, err
}

// CloseTx ends a draft that was locked: it is published, or thrown away. Its files stay
// for who asks what was in it.
func CloseTx(ctx context.Context, tx storage.Tx, now time.Time, d Draft) error {
	tag, err := tx.Exec(ctx, qClose, d.ID, d.Version, now)
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrStale
	}
	if err != nil {
		return fmt.Errorf("close draft %d: %w", d.ID, err)
	}
	return nil
}
