package seal

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// OpenFile reads the master key from path: KeyBytes bytes in hex.
func OpenFile(path string) (*Keyring, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read master key: %w", err)
	}
	master, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("master key %s is not hexadecimal", path)
	}
	k, err := New(master)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// OpenOrCreateFile reads the master key from path, where a new one is made when
// there is none, with mode 0600. Two processes doing so at once end up with the
// same key.
func OpenOrCreateFile(path string) (*Keyring, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := createFile(path); err != nil {
			return nil, fmt.Errorf("create master key: %w", err)
		}
	}
	return OpenFile(path)
}

// createFile writes a new master key to path unless it exists by then. The
// link makes it appear whole or not at all: a half-written master key after a
// power cut would look like a wrong one.
func createFile(path string) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".master-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	master := make([]byte, KeyBytes)
	rand.Read(master) // never fails, see crypto/rand
	_, err = fmt.Fprintln(tmp, hex.EncodeToString(master))
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
