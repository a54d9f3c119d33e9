package author

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	kept "besedka/core/draft"
	"besedka/core/source"
)

// maxFiles is how many files of a folder are looked at; a programme may have
// fewer, which the check tells.
const maxFiles = 5000

// folder is a programme folder as it was when somebody last looked at it.
type folder struct {
	root    *os.Root // nothing outside of it can be reached, by no name and no link
	files   map[string]file
	version int64
}

// file is one file of a folder. At is when it was changed, its size tells too large ones.
type file struct {
	File
	size int64
}

func (f file) changed(info fs.FileInfo) bool {
	return f.size != info.Size() || !f.At.Equal(info.ModTime())
}

// Look reads what has changed since the last time, by size and time.
func (f *folder) Look(context.Context) (int64, error) {
	seen := make(map[string]file, len(f.files))
	err := fs.WalkDir(f.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
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
		return 0, fmt.Errorf("look into the programme folder: %w", err)
	}
	if same := maps.EqualFunc(f.files, seen, func(a, b file) bool { return a.Hash == b.Hash }); !same || f.version == 0 {
		f.version++
	}
	f.files = seen
	return f.version, nil
}

// Files are those of the last Look.
func (f *folder) Files() map[string]File {
	files := make(map[string]File, len(f.files))
	for name, is := range f.files {
		files[name] = is.File
	}
	return files
}

// Good knows of no other folder.
func (f *folder) Good() fs.FS { return nil }

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
	now := file{File{At: info.ModTime()}, info.Size()}
	if !written(name) {
		now.Hash = fmt.Sprint(now.size, now.At.UnixNano())
		return now, nil
	}
	open, err := f.root.Open(name)
	if err != nil {
		return now, err
	}
	defer open.Close()
	now.Text, err = io.ReadAll(io.LimitReader(open, source.MaxBytes+1))
	now.Hash = kept.HashOf(now.Text)
	return now, err
}

// written says whether a file is words that somebody may edit here.
func written(name string) bool {
	return slices.Contains([]string{".yaml", ".md", ".txt"}, path.Ext(name))
}

// With is the folder as it was looked at, one file with another text: what a
// page holds that is not saved. Pictures are read from the disk when they are
// opened, and so are large texts: what is published is whole.
func (f *folder) With(name string, text []byte) (fs.FS, error) {
	var archive txtar.Archive
	large := map[string]bool{}
	for _, n := range slices.Sorted(maps.Keys(f.files)) {
		body := f.files[n].Text
		if n == name {
			body = text
		} else if f.files[n].size > source.MaxBytes {
			large[n] = true
		}
		archive.Files = append(archive.Files, txtar.File{Name: n, Data: body})
	}
	texts, err := txtar.FS(&archive)
	return illustrated{texts, f.root.FS(), large}, err
}

// illustrated is a folder whose texts are in memory and whose other files are on the
// disk, and so are texts of which memory holds no more than their beginning.
type illustrated struct {
	texts, disk fs.FS
	large       map[string]bool
}

// Open implements fs.FS.
func (i illustrated) Open(name string) (fs.File, error) {
	f, err := i.texts.Open(name)
	if err != nil || written(name) && !i.large[name] {
		return f, err
	}
	if info, err := f.Stat(); err != nil || info.IsDir() {
		return f, err
	}
	return i.disk.Open(name)
}
