package member

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/seal"
	"besedka/storage"
)

// Service answers questions about members and changes them. Its zero value is
// not usable.
type Service struct {
	db     *storage.DB
	keys   *seal.Keyring
	joined Hook
}

// Hook moves what another package keeps of a member who turned out to be
// somebody else: accounts, above all. It runs last in the transaction that
// joins the two, and moving again what was moved does nothing.
type Hook func(ctx context.Context, tx storage.Tx, now time.Time, from, into int64) error

// New wires a Service.
func New(db *storage.DB, keys *seal.Keyring, joined Hook) *Service {
	return &Service{db: db, keys: keys, joined: joined}
}

// ErrOtherMaster is the answer to a master key that is not the database's.
var ErrOtherMaster = errors.New("this database was sealed with another master key")

// Sealed says whether a database is bound to a master key already: a new key
// would open nothing in it.
func Sealed(ctx context.Context, q storage.Querier) (bool, error) {
	_, err := storage.Value[string](ctx, q, qMasterBound)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("read master key's fingerprint: %w", err)
	}
	return true, nil
}

// CheckMaster binds a new database to its master key and refuses any other key
// from then on. Call it before anything is written.
func (s *Service) CheckMaster(ctx context.Context) error {
	fingerprint := s.keys.Fingerprint()
	if _, err := s.db.Exec(ctx, qMasterBind, fingerprint); err != nil {
		return fmt.Errorf("bind master key: %w", err)
	}
	bound, err := storage.Value[string](ctx, s.db, qMasterBound)
	if err != nil {
		return fmt.Errorf("read master key's fingerprint: %w", err)
	}
	if bound != fingerprint {
		return fmt.Errorf("%w: it expects %s, the key given is %s", ErrOtherMaster, bound, fingerprint)
	}
	return nil
}
