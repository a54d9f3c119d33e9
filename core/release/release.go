package release

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"besedka/storage"
)

// Service publishes releases and reads them back. Its zero value is not usable.
type Service struct{ db *storage.DB }

// New wires a Service.
func New(db *storage.DB) *Service { return &Service{db: db} }

// Publication is a release in force.
type Publication struct {
	ID      int64     `db:"id"` // grows with every publication
	Release string    `db:"release_id"`
	Before  string    `db:"before"` // the release whose place it took, "" for the first
	At      time.Time `db:"at"`
	Staff   *int64    `db:"staff_id"` // nil: published by the program itself
	Name    string    `db:"name"`     // of who published it, "" for the program
	Reason  string    `db:"reason"`
}

// Order is who puts a release in force, and why.
type Order struct {
	At     time.Time
	Staff  int64 // 0 = the program itself or its command line
	Reason string
	Live   string // the release in force that was looked at before; "": whatever is
}

// ErrMoved is the answer to an Order whose Live is in force no more.
var ErrMoved = errors.New("another release was published meanwhile")

// Publish is PublishTx in a transaction of its own.
func (s *Service) Publish(ctx context.Context, o Order, folder fs.FS, also func(ctx context.Context, tx storage.Tx, id string) error) (id string, changed bool, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		id, changed, err = PublishTx(ctx, tx, o, folder, also)
		return err
	})
	return id, changed, err
}

// PublishTx makes folder the current release. When it is that already, nothing
// happens and changed is false. Otherwise also runs in the same transaction:
// campaigns get their versions there, and the audit its row. Of two processes
// that publish one folder at once, one finds it published.
func PublishTx(ctx context.Context, tx storage.Tx, o Order, folder fs.FS, also func(ctx context.Context, tx storage.Tx, id string) error) (id string, changed bool, err error) {
	files, err := read(folder)
	if err != nil {
		return "", false, err
	}
	id = idOf(files)
	current, err := lockCurrent(ctx, tx)
	if err != nil || current == id {
		return id, false, err
	}
	if o.Live != "" && o.Live != current {
		return "", false, fmt.Errorf("publish release %.12s over %.12s: %w", id, o.Live, ErrMoved)
	}
	if err = put(ctx, tx, o, id, files); err == nil {
		err = also(ctx, tx, id)
	}
	if err != nil {
		return "", false, fmt.Errorf("publish release %.12s: %w", id, err)
	}
	return id, true, nil
}

// Known tells the id that folder has as a release, and whether it was ever
// published.
func (s *Service) Known(ctx context.Context, folder fs.FS) (id string, known bool, err error) {
	files, err := read(folder)
	if err != nil {
		return "", false, err
	}
	id = idOf(files)
	known, err = storage.Value[bool](ctx, s.db, qKnown, id)
	return id, known, err
}

// lockCurrent keeps other publications out until tx ends and reads the current
// release; "" before the first.
func lockCurrent(ctx context.Context, tx storage.Tx) (string, error) {
	if _, err := tx.Exec(ctx, qLock); err != nil {
		return "", err
	}
	p, err := storage.One[Publication](ctx, tx, qCurrent)
	if errors.Is(err, storage.ErrNotFound) {
		return "", nil
	}
	return p.Release, err
}

func put(ctx context.Context, tx storage.Tx, o Order, id string, files []file) error {
	paths, hashes, bodies := make([]string, len(files)), make([][]byte, len(files)), make([][]byte, len(files))
	for i := range files {
		paths[i], hashes[i], bodies[i] = files[i].path, files[i].hash[:], files[i].body
	}
	var b storage.Batch
	b.Exec(qContent, hashes, bodies)
	b.Exec(qRelease, id, o.At)
	b.Exec(qReleaseFiles, id, paths, hashes)
	b.Exec(qPublication, id, o.At, storage.OrNull(o.Staff), o.Reason)
	return b.Send(ctx, tx)
}

// Current is the release in force; storage.ErrNotFound before the first.
func (s *Service) Current(ctx context.Context) (Publication, error) {
	p, err := storage.One[Publication](ctx, s.db, qCurrent)
	if err != nil {
		return Publication{}, fmt.Errorf("current release: %w", err)
	}
	return p, nil
}

// Changes tells how a folder differs from the release in force; before the first
// one everything is new.
func (s *Service) Changes(ctx context.Context, folder fs.FS) (Changes, error) {
	files, err := read(folder)
	if err != nil {
		return Changes{}, err
	}
	current, err := s.Current(ctx)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return Changes{}, err
	}
	rows, err := storage.Collect[fileRow](ctx, s.db, qLoad, current.Release)
	if err != nil {
		return Changes{}, fmt.Errorf("files of release %.12s: %w", current.Release, err)
	}
	was := make(map[string][sha256.Size]byte, len(rows))
	for _, r := range rows {
		was[r.Path] = sha256.Sum256(r.Body)
	}
	return changes(was, files), nil
}

// Find is the id of the published release that begins so; storage.ErrNotFound when
// there is none, and an error when there are several.
func (s *Service) Find(ctx context.Context, beginning string) (string, error) {
	ids, err := storage.Collect[idRow](ctx, s.db, qFind, beginning)
	switch {
	case err != nil:
		return "", fmt.Errorf("find release %s: %w", beginning, err)
	case len(ids) == 0:
		return "", fmt.Errorf("no release was published that begins with %s: %w", beginning, storage.ErrNotFound)
	case len(ids) > 1:
		return "", fmt.Errorf("several releases begin with %s", beginning)
	}
	return ids[0].Release, nil
}

type idRow struct {
	Release string `db:"release_id"`
}

// PublicationOf is one of them; storage.ErrNotFound when there is none.
func PublicationOf(ctx context.Context, q storage.Querier, id int64) (Publication, error) {
	p, err := storage.One[Publication](ctx, q, qPublicationOf, id)
	if err != nil {
		return Publication{}, fmt.Errorf("publication %d: %w", id, err)
	}
	return p, nil
}

// Publications are the last ones, the newest first.
func (s *Service) Publications(ctx context.Context, limit int) ([]Publication, error) {
	all, err := storage.Collect[Publication](ctx, s.db, qPublications, limit)
	if err != nil {
		return nil, fmt.Errorf("publications: %w", err)
	}
	return all, nil
}

// Left is when another release took the place of this one for the last time; zero
// while it is in force.
func (s *Service) Left(ctx context.Context, id string) (time.Time, error) {
	at, err := storage.Value[*time.Time](ctx, s.db, qLeft, id)
	if err != nil || at == nil {
		return time.Time{}, err
	}
	return *at, nil
}

type fileRow struct {
	Path string `db:"path"`
	Body []byte `db:"body"`
}

// Load is a release's folder as it was published; storage.ErrNotFound when
// there is no such release.
func (s *Service) Load(ctx context.Context, id string) (fs.FS, error) {
	bodies, err := Files(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	return Folder(bodies)
}

// Files are what is in a release's files, by path; storage.ErrNotFound when there is
// no such release.
func Files(ctx context.Context, q storage.Querier, id string) (map[string][]byte, error) {
	rows, err := storage.Collect[fileRow](ctx, q, qLoad, id)
	if err == nil && len(rows) == 0 {
		err = storage.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("load release %.12s: %w", id, err)
	}
	bodies := make(map[string][]byte, len(rows))
	for _, r := range rows {
		bodies[r.Path] = r.Body
	}
	return bodies, nil
}

// Content is a file of any release by its hash, as hex; storage.ErrNotFound when
// none has it.
func (s *Service) Content(ctx context.Context, hash string) ([]byte, error) {
	sum, err := hex.DecodeString(hash)
	if err != nil || len(sum) != sha256.Size { // it may come from anybody's address line
		return nil, fmt.Errorf("content: %w", storage.ErrNotFound)
	}
	body, err := storage.Value[[]byte](ctx, s.db, qBody, sum)
	if err != nil {
		return nil, fmt.Errorf("content %.12s: %w", hash, err)
	}
	return body, nil
}
