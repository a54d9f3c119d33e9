package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"besedka/storage"
	"besedka/storage/storagetest"
)

func TestDatabaseCommands(t *testing.T) {
	t.Parallel()
	from, to := storagetest.DSN(t), storagetest.EmptyDSN(t)
	db, err := storage.Open(t.Context(), from, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, sql := range []string{
		"insert into setting values ('kept', '')",
		"insert into member (created_at) values ('2026-03-01')",
		"insert into erasure select id, '2026-03-01', '2026-03-01 01:00' from member", // and was kept, behind the backup
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "monday.backup")
	tests := []struct {
		args   []string
		code   int
		stderr string
	}{
		{[]string{"db", "migrate", "--database-url", from}, 0, ""},
		{[]string{"db", "backup", file, "--database-url", from}, 0, ""},
		{[]string{"db", "restore", file, "--database-url", to, "--data", dir}, 0, "members had asked to be forgotten"},
		{[]string{"db", "restore", file, "--database-url", to}, 1, "the database is not empty: table member has rows; give a new BESEDKA_DATA or DATABASE_URL"},
		{[]string{"db", "backup", filepath.Join(dir, "tuesday.backup"), "--database-url", "host=" + dir}, 1, "back up"},
	}
	for _, tt := range tests {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), tt.args, &stdout, &stderr); code != tt.code || !strings.Contains(stderr.String(), tt.stderr) {
			t.Errorf("besedka %s = %d, %s; want %d, %q", strings.Join(tt.args, " "), code, &stderr, tt.code, tt.stderr)
		}
	}
	restored, err := storage.Open(t.Context(), to, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer restored.Close()
	if due, err := storage.Value[time.Time](t.Context(), restored, "select due_at from erasure"); err != nil || due.Before(time.Now()) {
		t.Errorf("a request of before the backup is due %v, %v: want an hour to think better of it", due, err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("files left: %v, %v; want only the whole backup", left, err)
	}
}
