package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
	if _, err := db.Exec(t.Context(), "insert into setting values ('kept', '')"); err != nil {
		t.Fatal(err)
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
		{[]string{"db", "restore", file, "--database-url", to}, 0, ""},
		{[]string{"db", "restore", file, "--database-url", to}, 1, "the database is not empty: table setting has rows; give a new BESEDKA_DATA or DATABASE_URL"},
		{[]string{"db", "backup", filepath.Join(dir, "tuesday.backup"), "--database-url", "host=" + dir}, 1, "back up"},
	}
	for _, tt := range tests {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), tt.args, &stdout, &stderr); code != tt.code || !strings.Contains(stderr.String(), tt.stderr) {
			t.Errorf("besedka %s = %d, %s; want %d, %q", strings.Join(tt.args, " "), code, &stderr, tt.code, tt.stderr)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("files left: %v, %v; want only the whole backup", left, err)
	}
}
