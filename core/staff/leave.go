package staff

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// Listed is a person as a list of the staff shows them.
type Listed struct {
	Person
	Tokens     int        `db:"tokens"`      // in force
	DisabledAt *time.Time `db:"disabled_at"` // nil while they work here
}

// People are all who ever were staff, in the order they came.
func (s *Service) People(ctx context.Context) ([]Listed, error) {
	rows, err := storage.Collect[Listed](ctx, s.db, qPeople)
	if err != nil {
		return nil, fmt.Errorf("list staff: %w", err)
	}
	return rows, nil
}

// ErrUnknownPerson is the answer to an id that is nobody's, or of somebody who
// was disabled before.
var ErrUnknownPerson = errors.New("nobody of the staff with this id, or disabled before")

// Revoke ends one token and returns whose it was; else ErrUnknownToken. Their
// other tokens stay in force.
func (s *Service) Revoke(ctx context.Context, now time.Time, token string) (id int64, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) (err error) {
		if id, err = storage.Value[int64](ctx, tx, qRevoke, hashToken(token), now); err != nil {
			return err
		}
		return AuditTx(ctx, tx, now, Act{Act: "staff.revoke", Object: fmt.Sprintf("staff/%d", id)})
	})
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return 0, ErrUnknownToken
	case err != nil:
		return 0, fmt.Errorf("revoke a token: %w", err)
	}
	return id, nil
}

// Disable ends a person's work here with all their tokens and sessions, for good; else
// ErrUnknownPerson.
func (s *Service) Disable(ctx context.Context, now time.Time, id int64) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if _, err := storage.Value[int64](ctx, tx, qDisable, id, now); err != nil {
			return err
		}
		return AuditTx(ctx, tx, now, Act{Act: "staff.disable", Object: fmt.Sprintf("staff/%d", id)})
	})
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return ErrUnknownPerson
	case err != nil:
		return fmt.Errorf("disable staff %d: %w", id, err)
	}
	return nil
}

// SetRoles gives a person other roles in place of theirs, else ErrUnknownPerson. They
// are signed out of the pages: what they see there was drawn for other eyes.
func (s *Service) SetRoles(ctx context.Context, now time.Time, id int64, roles []Role) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if _, err := storage.Value[int64](ctx, tx, qSetRoles, id, roles, now); err != nil {
			return err
		}
		return AuditTx(ctx, tx, now, Act{Act: "staff.roles", Object: fmt.Sprintf("staff/%d", id), Detail: map[string]any{"roles": roles}})
	})
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return ErrUnknownPerson
	case err != nil:
		return fmt.Errorf("set roles of staff %d: %w", id, err)
	}
	return nil
}
