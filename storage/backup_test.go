package storage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/storage"
	"besedka/storage/storagetest"
)

// sample fills a database with what is hard to copy: rows that refer to rows
// of their own table, bytes, quotes, tabs, nulls, infinity, arrays, JSON, and
// more of it than one piece of the archive holds.
var sample = []string{
	`insert into setting values ('quote', E'tab\t newline\n backslash \\ "quoted" \\N')`,
	`insert into member (created_at) select '2026-03-01 12:00:00.123456+03' from generate_series(1, 3)`,
	`update member set merged_into = 3 where id = 1`,
	`insert into staff (name, roles, created_at) values ('Анна', '{owner,"a b"}', 'infinity')`,
	`insert into audit (at, act, object, detail, previous, hash) values ('-infinity', 'a', 'o', '{"k": [1, null]}', '', '\x00ff5c')`,
	`insert into content select decode(md5(n::text), 'hex'), decode(repeat(md5(n::text), 100), 'hex') from generate_series(1, 2000) n`,
	`select nextval('member_id_seq')`,
}

func fill(t *testing.T, db *storage.DB) {
	t.Helper()
	for _, sql := range sample {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

func nothingElse(context.Context, storage.Tx) error { return nil }

func openDSN(t *testing.T, dsn string) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), dsn, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

func backup(t *testing.T, dsn string) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := storage.Backup(t.Context(), dsn, &file); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// contents is every row of every table as text.
func contents(t *testing.T, db *storage.DB) map[string][]string {
	t.Helper()
	type named struct{ Name string }
	tables, err := storage.Collect[named](t.Context(), db,
		"select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'goose_db_version'")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, table := range tables {
		rows, err := storage.Collect[named](t.Context(), db, fmt.Sprintf("select r::text as name from %s r order by 1", table.Name))
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			all[table.Name] = append(all[table.Name], row.Name)
		}
	}
	return all
}

func TestBackupComesBackWhole(t *testing.T) {
	t.Parallel()
	from, to := storagetest.DSN(t), storagetest.DSN(t)
	source, target := openDSN(t, from), openDSN(t, to)
	fill(t, source)
	if err := storage.Restore(t.Context(), to, bytes.NewReader(backup(t, from)), nothingElse); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(contents(t, source), contents(t, target)); diff != "" {
		t.Errorf("restored database differs (-source +target):\n%s", diff)
	}
	next, err := storage.Value[int64](t.Context(), target, "insert into member (created_at) values ('2026-03-01') returning id")
	if err != nil || next != 5 {
		t.Errorf("next member = %d, %v; want 5, after the one that was never kept", next, err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	from := storagetest.DSN(t)
	fill(t, openDSN(t, from))
	whole := backup(t, from)
	filled, empty := storagetest.DSN(t), storagetest.DSN(t)
	older := storagetest.DSN(t)
	for dsn, sql := range map[string]string{
		filled: "insert into setting values ('a', 'b')",
		older:  "delete from goose_db_version where version_id = (select max(version_id) from goose_db_version)",
	} {
		if _, err := openDSN(t, dsn).Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name string
		dsn  string
		file []byte
		want string
	}{
		{"a database with rows", filled, whole, storage.ErrNotEmpty.Error()},
		{"another schema", older, whole, "restore with the program that made it"},
		{"a cut file", empty, whole[:len(whole)/2], io.ErrUnexpectedEOF.Error()},
		{"a file without its checksum", empty, whole[:len(whole)-4], io.ErrUnexpectedEOF.Error()},
		{"no file", empty, nil, "EOF"},
		{"another file", empty, []byte("-- PostgreSQL database dump"), "gzip: invalid header"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := storage.Restore(t.Context(), tt.dsn, bytes.NewReader(tt.file), nothingElse)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Restore = %v, want %q", err, tt.want)
			}
		})
	}
	missed := errors.New("missed")
	if err := storage.Restore(t.Context(), empty, bytes.NewReader(whole), func(context.Context, storage.Tx) error { return missed }); !errors.Is(err, missed) {
		t.Errorf("Restore without what belongs to it = %v, want %v", err, missed)
	}
	if got := contents(t, openDSN(t, empty)); len(got) != 0 {
		t.Errorf("refused restores left rows in %d tables", len(got))
	}
}

func TestBackupIsOneInstant(t *testing.T) {
	t.Parallel()
	from, to := storagetest.DSN(t), storagetest.DSN(t)
	source := openDSN(t, from)
	fill(t, source)
	// The rest of the archive is read only after a write that must not be in it.
	pr, pw := io.Pipe()
	t.Cleanup(func() { pr.Close() }) // a backup that nobody reads on would hold up every drop of a database
	go func() { pw.CloseWithError(storage.Backup(t.Context(), from, pw)) }()
	head := make([]byte, 100)
	if _, err := io.ReadFull(pr, head); err != nil {
		t.Fatal(err)
	}
	if _, err := source.Exec(t.Context(), "insert into setting values ('late', '')"); err != nil {
		t.Fatal(err)
	}
	if err := storage.Restore(t.Context(), to, io.MultiReader(bytes.NewReader(head), pr), nothingElse); err != nil {
		t.Fatal(err)
	}
	_, err := storage.Value[string](t.Context(), openDSN(t, to), "select value from setting where name = 'late'")
	if !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("the late row: %v, want %v", err, storage.ErrNotFound)
	}
}
