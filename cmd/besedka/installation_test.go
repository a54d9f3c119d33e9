package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestMissingMasterKey opens a sealed database without its key: no new one is
// made in its place, and the old one opens it again.
func TestMissingMasterKey(t *testing.T) {
	t.Parallel()
	where := place{Data: filepath.Join(t.TempDir(), "data"), DatabaseURL: secret(storagetest.DSN(t))}
	open := func() error {
		in, err := where.open(t.Context(), slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		return in.close(t.Context())
	}
	if err := open(); err != nil {
		t.Fatalf("a new database: %v", err)
	}
	safe := filepath.Join(t.TempDir(), "safe")
	if err := os.Rename(where.Data, safe); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := open(); err == nil || !strings.Contains(err.Error(), "put the file "+where.masterKey()+" back") {
			t.Errorf("without its key: %v", err)
		}
	}
	if _, err := os.Stat(where.Data); !os.IsNotExist(err) {
		t.Errorf("the data folder came back: %v", err)
	}
	if err := os.Rename(safe, where.Data); err != nil {
		t.Fatal(err)
	}
	if err := open(); err != nil {
		t.Errorf("with its key again: %v", err)
	}
}
