package receipt

import (
	"context"
	"errors"
	"fmt"

	"besedka/storage"
)

// Mode is what a database is for. It is bound once, at the first start.
type Mode string

// The modes.
const (
	Real Mode = "real"
	Demo Mode = "demo" // receipts are confirmed by an emulator
)

// Refusals of BindMode: invented receipts and real ones never meet in one
// database.
var (
	ErrDemoDatabase = errors.New("this database is a demonstration: it never takes a real tax service; choose another data folder")
	ErrRealDatabase = errors.New("this database is a real programme's: no demonstration may run on it; choose another data folder")
)

// BindMode makes a new database m's for ever and refuses another's.
func BindMode(ctx context.Context, db *storage.DB, m Mode) error {
	if _, err := db.Exec(ctx, qModeBind, m); err != nil {
		return fmt.Errorf("bind database to its mode: %w", err)
	}
	bound, err := storage.Value[string](ctx, db, qModeBound)
	switch {
	case err != nil:
		return fmt.Errorf("read the database's mode: %w", err)
	case Mode(bound) == m:
		return nil
	case Mode(bound) == Demo:
		return ErrDemoDatabase
	}
	return ErrRealDatabase
}
