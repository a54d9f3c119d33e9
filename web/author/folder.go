package author

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/txtar"

	"besedka/core/source"
)

// maxFiles is how many files of a folder are looked at; a programme may have
// fewer, which the check tells.
const maxFiles = 5000

// folder is a programme folder as it was when somebody last looked at it.
type folder struct {
	root  *os.Root // nothing outside of it can be reached, by no name and no link
	files map[string]file
}

// file is one file of a folder. Pictures and the like have no text.
type file struct {
	size int64
	at   time.Time
	text []byte
	hash string
}

func (f file) changed(info fs.FileInfo) bool {
	return f.size != info.Size() || !f.at.Equal(info.ModTime())
}

// look reads what has changed since the last time, by size and time.
func (f *folder) look() (changed bool, err error) {
	seen := make(map[string]file, len(f.files))
	err = fs.WalkDir(f.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && name == ".":
			return err
		case err != nil: // it went away meanwhile
			return nil
		case len(seen) == maxFiles:
			return fs.SkipAll
		case name != "." && strings.HasPrefix(d.Name(), "."):
			return skip(d)
		case d.Type().IsRegular() && !strings.HasSuffix(name, "~"):
			f.glance(name, d, seen)
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("look into the programme folder: %w", err)
	}
	same := maps.EqualFunc(f.files, seen, func(a, b file) bool { return a.hash == b.hash })
	f.files = seen
	return !same, nil
}

// glance keeps a file that is as it was and reads one that is not. What cannot
// be read has gone meanwhile, or is as good as gone.
func (f *folder) glance(name string, d fs.DirEntry, seen map[string]file) {
	info, err := d.Info()
	if err != nil {
		return
	}
	if was, known := f.files[name]; known && !was.changed(info) {
		seen[name] = was
	} else if now, err := f.read(name, info); err == nil {
		seen[name] = now
	}
}

func skip(d fs.DirEntry) error {
	if d.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// read takes in a file; of too large a one no more than tells that it is.
func (f *folder) read(name string, info fs.FileInfo) (file, error) {
	now := file{size: info.Size(), at: info.ModTime()}
	if !written(name) {
		now.hash = fmt.Sprint(now.size, now.at.UnixNano())
		return now, nil
	}
	open, err := f.root.Open(name)
	if err != nil {
		return now, err
	}
	defer open.Close()
	now.text, err = io.ReadAll(io.LimitReader(open, source.MaxBytes+1))
	now.hash = hashOf(now.text)
	return now, err
}

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:12])
}

// written says whether a file is words that somebody may edit here.
func written(name string) bool {
	return slices.Contains([]string{".yaml", ".md", ".txt"}, path.Ext(name))
}

// names are those of the files, sorted.
func (f *folder) names() []string { return slices.Sorted(maps.Keys(f.files)) }

// with is the folder as it was looked at, one file with another text: what a
// page holds that is not saved. No name changes nothing. Pictures are read from
// the disk when they are opened.
func (f *folder) with(name string, text []byte) (fs.FS, error) {
	var archive txtar.Archive
	for _, n := range f.names() {
		body := f.files[n].text
		if n == name {
			body = text
		}
		archive.Files = append(archive.Files, txtar.File{Name: n, Data: body})
	}
	texts, err := txtar.FS(&archive)
	return illustrated{texts, f.root.FS()}, err
}

// illustrated is a folder whose texts are in memory and whose other files are
// on the disk.
type illustrated struct{ texts, disk fs.FS }

// Open implements fs.FS.
func (i illustrated) Open(name string) (fs.File, error) {
	f, err := i.texts.Open(name)
	if err != nil || written(name) {
		return f, err
	}
	if info, err := f.Stat(); err != nil || info.IsDir() {
		return f, err
	}
	return i.disk.Open(name)
}
