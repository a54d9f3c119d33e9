package storage

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// ErrNotEmpty is the answer of a Restore into a database that has rows.
var ErrNotEmpty = errors.New("the database is not empty")

const qSetSequence = `select setval($1::text::regclass, $2)`

// Restore fills the empty, migrated database at dsn with a backup of the same
// schema version: all of it, or nothing when it returns an error. Also is what must
// not be missed by whoever opens the database next.
func Restore(ctx context.Context, dsn string, r io.Reader, also func(context.Context, Tx) error) error {
	err := connected(ctx, dsn, pgx.TxOptions{}, func(tx pgx.Tx) error {
		packed, err := gzip.NewReader(r)
		if err != nil {
			return err
		}
		a := &archive{tar: tar.NewReader(packed)}
		if err := a.advance(); err != nil {
			return err
		}
		if err := restore(ctx, tx, a); err != nil {
			return err
		}
		if _, err = io.Copy(io.Discard, packed); err != nil { // up to the checksum
			return err
		}
		return also(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return nil
}

func restore(ctx context.Context, tx pgx.Tx, a *archive) error {
	var m manifest
	if err := a.readJSON(manifestName, &m); err != nil {
		return err
	}
	if err := fits(ctx, tx, m); err != nil {
		return err
	}
	restored := map[string]int64{}
	for _, t := range m.Tables {
		rows := &tableRows{archive: a, prefix: rowsDir + t.Name + "/"}
		tag, err := tx.Conn().PgConn().CopyFrom(ctx, rows, t.copySQL("from stdin"))
		if err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
		restored[t.Name] = tag.RowsAffected()
	}
	for name, last := range m.Sequences {
		if _, err := tx.Exec(ctx, qSetSequence, pgx.Identifier{name}.Sanitize(), last); err != nil {
			return fmt.Errorf("sequence %s: %w", name, err)
		}
	}
	return a.checkCounts(restored)
}

// fits locks the tables of an empty database whose schema is the backup's.
func fits(ctx context.Context, tx pgx.Tx, m manifest) error {
	if m.Format != backupFormat {
		return fmt.Errorf("the backup has format %d, this program reads %d", m.Format, backupFormat)
	}
	here, err := describe(ctx, tx)
	if err != nil {
		return err
	}
	sameTable := func(a, b table) bool { return a.Name == b.Name && slices.Equal(a.Columns, b.Columns) }
	if here.Schema != m.Schema || !slices.EqualFunc(here.Tables, m.Tables, sameTable) {
		return fmt.Errorf("the backup has schema %d, the database %d: restore with the program that made it, then migrate", m.Schema, here.Schema)
	}
	for _, t := range here.Tables {
		name := pgx.Identifier{t.Name}.Sanitize()
		if _, err := tx.Exec(ctx, "lock table "+name+" in exclusive mode"); err != nil {
			return err
		}
		filled, err := Value[bool](ctx, tx, "select exists (select from "+name+")")
		if err != nil {
			return err
		}
		if filled {
			return fmt.Errorf("%w: table %s has rows", ErrNotEmpty, t.Name)
		}
	}
	return nil
}

// archive reads a backup entry by entry.
type archive struct {
	tar  *tar.Reader
	name string // of the entry to be read, "" after the last
}

func (a *archive) advance() error {
	h, err := a.tar.Next()
	if errors.Is(err, io.EOF) {
		a.name = ""
		return nil
	}
	if err != nil {
		return err
	}
	a.name = h.Name
	return nil
}

func (a *archive) readJSON(name string, v any) error {
	if a.name != name {
		return fmt.Errorf("not a whole backup: %q where %s belongs", a.name, name)
	}
	if err := json.NewDecoder(a.tar).Decode(v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return a.advance()
}

func (a *archive) checkCounts(restored map[string]int64) error {
	var want map[string]int64
	if err := a.readJSON(countsName, &want); err != nil {
		return err
	}
	for name, n := range want {
		if restored[name] != n {
			return fmt.Errorf("table %s: %d rows of %d", name, restored[name], n)
		}
	}
	return nil
}

// tableRows is the entries of one table as one stream.
type tableRows struct {
	archive *archive
	prefix  string
}

func (r *tableRows) Read(p []byte) (int, error) {
	for strings.HasPrefix(r.archive.name, r.prefix) {
		n, err := r.archive.tar.Read(p)
		if errors.Is(err, io.EOF) { // of the entry, maybe with its last bytes
			err = r.archive.advance()
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.EOF
}
