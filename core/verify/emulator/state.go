package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// state is what survives a restart.
type state struct {
	Receipts map[string]*record `json:"receipts"` // by drive and document number
	Troubles []Trouble          `json:"troubles"`
}

// load reads the state file, if it is there.
func (e *Emulator) load() error {
	if e.cfg.StateFile == "" {
		return nil
	}
	text, err := os.ReadFile(e.cfg.StateFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("load emulator state: %w", err)
	}
	if err := json.Unmarshal(text, &e.state); err != nil {
		return fmt.Errorf("load emulator state %s: %w", e.cfg.StateFile, err)
	}
	return nil
}

// save replaces the state file in one step. The caller holds the lock.
func (e *Emulator) save() error {
	if e.cfg.StateFile == "" {
		return nil
	}
	text, err := json.Marshal(e.state)
	if err != nil {
		return fmt.Errorf("save emulator state: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(e.cfg.StateFile), ".emulator-*")
	if err != nil {
		return fmt.Errorf("save emulator state: %w", err)
	}
	defer os.Remove(file.Name()) //nolint:errcheck // gone already when all went well
	_, err = file.Write(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("save emulator state: %w", err)
	}
	if err := os.Rename(file.Name(), e.cfg.StateFile); err != nil {
		return fmt.Errorf("save emulator state: %w", err)
	}
	return nil
}
