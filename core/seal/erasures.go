package seal

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Erasures is the list of destroyed keys, a file that lives beside the master
// key and outlives any copy of the database: what was erased is erased again
// after a restore. A line names a key by the hash of its wrapped form, which is
// the same in every copy, unlike row ids.
type Erasures struct{ path string }

// ErasuresBeside is the list that belongs to the master key at path.
func ErasuresBeside(path string) Erasures {
	return Erasures{filepath.Join(filepath.Dir(path), "erased.list")}
}

// Add appends wrapped keys to the list and returns once it is on the disk.
func (e Erasures) Add(wrapped [][]byte) (err error) {
	f, err := os.OpenFile(e.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("erasure list: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := bytes.NewBufferString("\n") // a line that a crash cut short must not swallow the next
	for _, w := range wrapped {
		fmt.Fprintf(lines, "%x\n", sha256.Sum256(w))
	}
	if _, err := f.Write(lines.Bytes()); err != nil {
		return fmt.Errorf("erasure list: %w", err)
	}
	return errors.Join(f.Sync(), syncDir(filepath.Dir(e.path)))
}

// All is every line of the list; none while there is no file. A line cut short
// by a crash is left out: its erasure never happened.
func (e Erasures) All() ([][]byte, error) {
	f, err := os.Open(e.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("erasure list: %w", err)
	}
	defer f.Close()
	var all [][]byte
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if hash, err := hex.DecodeString(lines.Text()); err == nil && len(hash) == sha256.Size {
			all = append(all, hash)
		}
	}
	return all, lines.Err()
}
