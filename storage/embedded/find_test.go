package embedded

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func TestMajorOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		version string
		want    int
	}{
		{"postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15},
		{"postgres (PostgreSQL) 18.4", 18},
		{"postgres (PostgreSQL) 19beta1", 19},
		{"postgres: not found", 0},
	}
	for _, tt := range tests {
		t.Run(tt.version, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, filepath.Join(dir, "initdb"), "", 0o755)
			write(t, filepath.Join(dir, "postgres"), fmt.Sprintf("#!/bin/sh\necho '%s'\n", tt.version), 0o755)
			if got := majorOf(dir, nil); got != tt.want {
				t.Errorf("majorOf = %d, want %d", got, tt.want)
			}
		})
	}
}

func TestFindWantsTheExactMajor(t *testing.T) {
	t.Parallel()
	found, err := Find("")
	if err != nil {
		t.Fatal(err)
	}
	same, err := find("", found.Major, nil)
	if err != nil || same != found {
		t.Errorf("find(%d) = %v, %v; want %v", found.Major, same, err, found)
	}
	if got, err := find(found.Dir, found.Major+1, nil); err == nil {
		t.Errorf("find(%d) = %v, want an error", found.Major+1, got)
	}
}
