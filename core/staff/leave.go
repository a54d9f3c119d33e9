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
	SeenAt     *time.Time `db:"seen_at"`     // on the pages; nil: not lately
	DisabledAt *time.Time `db:"disabled_at"` // nil while they work here
	LeftAt     *time.Time `db:"left_at"`     // nil while they may come back
}

// State is whether a person works here.
type State string

// The states.
const (
	Works     State = "works"
	Suspended State = "suspended"
	Left      State = "left"
)

// State is how they stand.
func (l Listed) State() State {
	switch {
	case l.LeftAt != nil:
		return Left
	case l.DisabledAt != nil:
		return Suspended
	}
	return Works
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

// Disable is LeaveTx by the program itself or its command line.
func (s *Service) Disable(ctx context.Context, now time.Time, id int64) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error { return LeaveTx(ctx, tx, now, 0, id) })
}

// SetRoles is SetRolesTx by the program itself or its command line.
func (s *Service) SetRoles(ctx context.Context, now time.Time, id int64, roles []Role) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error { return SetRolesTx(ctx, tx, now, 0, id, roles) })
}
