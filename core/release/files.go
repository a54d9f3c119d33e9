package release

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// Limits of a release.
const (
	MaxFiles = 5000
	MaxBytes = 64 << 20 // of all files together
)

// ErrTooLarge is the answer to a programme folder beyond the limits.
var ErrTooLarge = errors.New("the programme folder is too large for a release")

// file is one path of a release.
type file struct {
	path string
	hash [sha256.Size]byte
	body []byte
}

// read takes the files of a programme folder that belong to it, sorted by path.
func read(folder fs.FS) ([]file, error) {
	var files []file
	size := 0
	err := fs.WalkDir(folder, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch name := d.Name(); {
		case path != "." && strings.HasPrefix(name, "."):
			return skip(d)
		case !d.Type().IsRegular() || !Belongs(path):
			return nil
		}
		body, err := fs.ReadFile(folder, path)
		if err != nil {
			return err
		}
		files = append(files, file{path, sha256.Sum256(body), body})
		if size += len(body); size > MaxBytes || len(files) > MaxFiles {
			return ErrTooLarge
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read programme folder: %w", err)
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return files, nil
}

// Belongs says whether a file is of the programme: scripts and settings, and what
// they name. Whatever else lies in the folder, a spreadsheet or a key, is published
// nowhere; hidden files and editors' backups (.x, x~) are nobody's programme.
func Belongs(path string) bool {
	if !fs.ValidPath(path) || strings.HasPrefix(path, ".") || strings.Contains(path, "/.") || strings.HasSuffix(path, "~") {
		return false
	}
	return strings.HasSuffix(path, ".yaml") || strings.HasPrefix(path, "lists/") || strings.HasPrefix(path, "media/")
}

func skip(d fs.DirEntry) error {
	if d.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// Changes are the paths in which two folders differ.
type Changes struct {
	Added   []string `json:"added,omitempty"`
	Changed []string `json:"changed,omitempty"`
	Removed []string `json:"removed,omitempty"`
}

// changes tells how files differ from those that were, by path.
func changes(was map[string][sha256.Size]byte, files []file) (c Changes) {
	for _, f := range files {
		switch hash, ok := was[f.path]; {
		case !ok:
			c.Added = append(c.Added, f.path)
		case hash != f.hash:
			c.Changed = append(c.Changed, f.path)
		}
		delete(was, f.path)
	}
	c.Removed = slices.Sorted(maps.Keys(was))
	return c
}

// idOf is the release's id: SHA-256 over its sorted paths and hashes, in hex.
// Every line is closed by a byte that no path holds, so two folders cannot
// spell the same lines.
func idOf(files []file) string {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%s\x00%x\x00", f.path, f.hash)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Folder is files as a folder: a zip in memory is the standard library's own.
func Folder(bodies map[string][]byte) (fs.FS, error) {
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for _, path := range slices.Sorted(maps.Keys(bodies)) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Store})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(bodies[path]); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
}
