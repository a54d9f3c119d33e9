package staff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"besedka/storage"
)

// ErrLastOwner is the answer to who would leave the house without an owner.
var ErrLastOwner = errors.New("somebody has to stay the owner: make another one first")

// ErrBadPerson is the answer to a name or roles that nobody can have.
var ErrBadPerson = errors.New("a person has a name of 1 to 100 characters and at least one of the roles")

const maxName = 100

// Check says whether a person can be of the staff.
func (p Person) Check() error {
	if strings.TrimSpace(p.Name) == "" || utf8.RuneCountInString(p.Name) > maxName || !utf8.ValidString(p.Name) || strings.ContainsRune(p.Name, 0) {
		return ErrBadPerson
	}
	return checkRoles(p.Roles)
}

func checkRoles(roles []Role) error {
	for i, r := range roles {
		if !slices.Contains(Roles, r) || slices.Contains(roles[:i], r) {
			return ErrBadPerson
		}
	}
	if len(roles) == 0 {
		return ErrBadPerson
	}
	return nil
}

// AdmitTx admits a person who has no token yet: a link lets them in, see package access. They
// work for the partners of who admits them, for all when there are none.
func AdmitTx(ctx context.Context, tx storage.Tx, now time.Time, by int64, p Person) (int64, error) {
	if err := p.Check(); err != nil {
		return 0, err
	}
	id, err := storage.Value[int64](ctx, tx, qAdmit, strings.TrimSpace(p.Name), p.Roles, now, by)
	if err != nil {
		return 0, fmt.Errorf("admit staff: %w", err)
	}
	return id, AuditTx(ctx, tx, now, Act{Staff: by, Act: "staff.invite", Object: fmt.Sprintf("staff/%d", id), Detail: map[string]any{"roles": p.Roles}})
}

// SetRolesTx gives a person other roles in place of theirs, else ErrUnknownPerson. They
// are signed out of the pages: what they see there was drawn for other eyes.
func SetRolesTx(ctx context.Context, tx storage.Tx, now time.Time, by, id int64, roles []Role) error {
	if err := checkRoles(roles); err != nil {
		return err
	}
	return manage(ctx, tx, now, Act{Staff: by, Act: "staff.roles", Object: fmt.Sprintf("staff/%d", id), Detail: map[string]any{"roles": roles}}, qSetRoles, id, roles, now)
}

// SuspendTx keeps a person out, and whatever they have signed in with, until ReturnTx.
func SuspendTx(ctx context.Context, tx storage.Tx, now time.Time, by, id int64) error {
	return manage(ctx, tx, now, Act{Staff: by, Act: "staff.suspend", Object: fmt.Sprintf("staff/%d", id)}, qSuspend, id, now)
}

// ReturnTx lets in again who was suspended and has not left.
func ReturnTx(ctx context.Context, tx storage.Tx, now time.Time, by, id int64) error {
	return manage(ctx, tx, now, Act{Staff: by, Act: "staff.return", Object: fmt.Sprintf("staff/%d", id)}, qReturn, id)
}

// LeaveTx ends a person's work here with all their tokens and sessions, for good.
func LeaveTx(ctx context.Context, tx storage.Tx, now time.Time, by, id int64) error {
	return manage(ctx, tx, now, Act{Staff: by, Act: "staff.disable", Object: fmt.Sprintf("staff/%d", id)}, qDisable, id, now)
}

// manage does one thing to one person, and leaves an owner in the house: two who would
// remove each other wait here. Who works on the machine itself may do without.
func manage(ctx context.Context, tx storage.Tx, now time.Time, a Act, sql string, args ...any) error {
	if _, err := tx.Exec(ctx, qOwnersLock); err != nil {
		return fmt.Errorf("%s of %s: %w", a.Act, a.Object, err)
	}
	_, err := storage.Value[int64](ctx, tx, sql, args...)
	if errors.Is(err, storage.ErrNotFound) {
		return ErrUnknownPerson
	}
	if err != nil {
		return fmt.Errorf("%s of %s: %w", a.Act, a.Object, err)
	}
	owners, err := storage.Value[int64](ctx, tx, qOwners)
	switch {
	case err != nil:
		return fmt.Errorf("count owners: %w", err)
	case owners == 0 && a.Staff != 0:
		return ErrLastOwner
	}
	return AuditTx(ctx, tx, now, a)
}

// Look is how the pages look to a person: "" where they have not chosen.
type Look struct {
	Lang  string `db:"lang"`
	Theme string `db:"theme"` // light, dark or system
}

// SetLook keeps what a person has chosen; "" changes nothing.
func (s *Service) SetLook(ctx context.Context, id int64, l Look) error {
	if _, err := s.db.Exec(ctx, qSetLook, id, l.Lang, l.Theme); err != nil {
		return fmt.Errorf("keep the look of staff %d: %w", id, err)
	}
	return nil
}

// Shown is one of the list.
func (s *Service) Shown(ctx context.Context, id int64) (Listed, error) {
	p, err := storage.One[Listed](ctx, s.db, qPerson, id)
	if err != nil {
		err = fmt.Errorf("staff %d: %w", id, err)
	}
	return p, err
}
