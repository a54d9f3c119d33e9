package storage

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
)

// A backup is a gzipped tar: manifest.json; the rows of every table as COPY
// text in rows/<table>/<n>, tables before those that refer to them; and
// counts.json, which proves that nothing is missing. A tar entry's size comes
// before its bytes, so rows travel in pieces of about chunkSize.
const (
	backupFormat = 1
	manifestName = "manifest.json"
	countsName   = "counts.json"
	rowsDir      = "rows/"
	chunkSize    = 1 << 20
)

// manifest says what a backup holds.
type manifest struct {
	Format    int              `json:"format"`
	Schema    int64            `json:"schema"` // version of the last migration
	Tables    []table          `json:"tables"`
	Sequences map[string]int64 `json:"sequences"` // last values of those used
}

// Backup writes every row of the database at dsn to w, as of one instant,
// while the database stays in use. The master key is not in it: a backup
// without its key is unreadable where people are concerned.
func Backup(ctx context.Context, dsn string, w io.Writer) error {
	err := connected(ctx, dsn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		packed := gzip.NewWriter(w)
		archive := tar.NewWriter(packed)
		if err := writeBackup(ctx, tx, archive); err != nil {
			return err
		}
		return errors.Join(archive.Close(), packed.Close())
	})
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	return nil
}

// connected runs do in a transaction of a connection of its own, without the
// pool's statement timeout.
func connected(ctx context.Context, dsn string, opts pgx.TxOptions, do func(tx pgx.Tx) error) error {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return err
	}
	// What COPY's text depends on.
	cfg.RuntimeParams["timezone"] = "UTC"
	cfg.RuntimeParams["datestyle"] = "ISO"
	cfg.RuntimeParams["intervalstyle"] = "postgres"
	cfg.RuntimeParams["extra_float_digits"] = "3"
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return pgx.BeginTxFunc(ctx, conn, opts, do)
}

func writeBackup(ctx context.Context, tx pgx.Tx, archive *tar.Writer) error {
	m, err := describe(ctx, tx)
	if err != nil {
		return err
	}
	if err := writeJSON(archive, manifestName, m); err != nil {
		return err
	}
	counts := map[string]int64{}
	for _, t := range m.Tables {
		rows := &chunks{archive: archive, table: t.Name}
		tag, err := tx.Conn().PgConn().CopyTo(ctx, rows, t.copySQL("to stdout"))
		if err := errors.Join(err, rows.flush()); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
		counts[t.Name] = tag.RowsAffected()
	}
	return writeJSON(archive, countsName, counts)
}

func writeJSON(archive *tar.Writer, name string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return writeEntry(archive, name, b)
}

func writeEntry(archive *tar.Writer, name string, b []byte) error {
	if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(b))}); err != nil {
		return err
	}
	_, err := archive.Write(b)
	return err
}

// chunks cuts the rows of one table into tar entries.
type chunks struct {
	archive *tar.Writer
	table   string
	buf     []byte
	n       int
}

func (c *chunks) Write(p []byte) (int, error) {
	c.buf = append(c.buf, p...)
	if len(c.buf) < chunkSize {
		return len(p), nil
	}
	return len(p), c.flush()
}

func (c *chunks) flush() error {
	if len(c.buf) == 0 {
		return nil
	}
	c.n++
	err := writeEntry(c.archive, fmt.Sprintf("%s%s/%06d", rowsDir, c.table, c.n), c.buf)
	c.buf = c.buf[:0]
	return err
}
