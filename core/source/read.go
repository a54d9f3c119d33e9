package source

import (
	"bytes"
	"io"
	"io/fs"
)

// ReadFile reads a file for Parse: no more of it than tells that it is larger
// than MaxBytes, whatever its size.
func ReadFile(fsys fs.FS, name string) ([]byte, error) {
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
	text.Grow(int(min(max(about.Size(), 0), MaxBytes)) + bytes.MinRead)
	_, err = text.ReadFrom(io.LimitReader(f, MaxBytes+1))
	return text.Bytes(), err
}
