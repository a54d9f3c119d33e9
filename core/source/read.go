package source

import (
	"bytes"
	"io"
	"io/fs"
)

// ReadFile reads a file for Parse.
func ReadFile(fsys fs.FS, name string) ([]byte, error) { return ReadUpTo(fsys, name, MaxBytes) }

// ReadUpTo reads a file, no more of it than tells that it is larger than most
// bytes, whatever its size.
func ReadUpTo(fsys fs.FS, name string, most int) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	about, err := f.Stat()
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	text.Grow(int(min(max(about.Size(), 0), int64(most))) + bytes.MinRead)
	_, err = text.ReadFrom(io.LimitReader(f, int64(most)+1))
	return text.Bytes(), err
}
