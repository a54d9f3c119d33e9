package access

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"besedka/core/staff"
	"besedka/storage"
)

// InvitationAge is how long a link lets its person in.
const InvitationAge = 24 * time.Hour

// ErrNoInvitation is the answer to a link that is nobody's, was used, or is too old.
var ErrNoInvitation = errors.New("no such invitation, or it was used, or is too old")

// Invite makes a link's token for a person, to set how they sign in: at first, or when
// they have lost it. By makes it; 0 is the command line. Links made before end.
func (s *Service) Invite(ctx context.Context, now time.Time, by, person int64) (token string, err error) {
	token = newToken()
	return token, s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error { return s.InviteTx(ctx, tx, now, by, person, token) })
}

// LinkToken is of the link that one of the staff asks for under a key: asked again it is the
// same, and it is kept nowhere in the clear.
func (s *Service) LinkToken(by int64, key string) string {
	return base64.RawURLEncoding.EncodeToString(s.keys.Index("staff/link", fmt.Sprintf("%d/%s", by, key)))
}

// InviteTx is Invite with a token that was made before, newToken or LinkToken.
func (s *Service) InviteTx(ctx context.Context, tx storage.Tx, now time.Time, by, person int64, token string) error {
	if err := lockPerson(ctx, tx, person); err != nil {
		return err
	}
	_, err := storage.Value[int64](ctx, tx, qInvitationMake, hashToken(token), person, now, now.Add(InvitationAge))
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return staff.ErrUnknownPerson
	case err != nil:
		return fmt.Errorf("invite staff %d: %w", person, err)
	}
	return staff.AuditTx(ctx, tx, now, staff.Act{Staff: by, Act: "staff.link", Object: fmt.Sprintf("staff/%d", person)})
}

// Invited is whom a link invites, else ErrNoInvitation. It changes nothing.
func (s *Service) Invited(ctx context.Context, now time.Time, token string) (staff.Person, error) {
	p, err := storage.One[staff.Person](ctx, s.db, qInvited, hashToken(token), now)
	if errors.Is(err, storage.ErrNotFound) {
		return staff.Person{}, ErrNoInvitation
	}
	if err != nil {
		return staff.Person{}, fmt.Errorf("read invitation: %w", err)
	}
	return p, nil
}

// accept uses a link up, does what it was for, and signs its person in.
func (s *Service) accept(ctx context.Context, now time.Time, token, device string, do func(ctx context.Context, tx storage.Tx, person int64) error) (session string, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		person, err := storage.Value[int64](ctx, tx, qInvitationUse, hashToken(token), now)
		if errors.Is(err, storage.ErrNotFound) {
			return ErrNoInvitation
		}
		if err != nil {
			return fmt.Errorf("use invitation: %w", err)
		}
		if err := do(ctx, tx, person); err != nil {
			return err
		}
		if err := s.EndOthersTx(ctx, tx, now, person, 0); err != nil { // what was lost may be in other hands
			return err
		}
		session, err = s.StartTx(ctx, tx, now, person, ByInvitation, device)
		return err
	})
	return session, err
}

// Look signs in by a link alone, and leaves the link as it is: for a demonstration,
// whose visitors have nothing to keep.
func (s *Service) Look(ctx context.Context, now time.Time, token, device string) (session string, err error) {
	p, err := s.Invited(ctx, now, token)
	if err != nil {
		return "", err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		session, err = s.StartTx(ctx, tx, now, p.ID, ByInvitation, device)
		return err
	})
	return session, err
}
