package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// Service knows the staff. Its zero value is not usable.
type Service struct{ db *storage.DB }

// New wires a Service.
func New(db *storage.DB) *Service { return &Service{db: db} }

// Person is one of the staff.
type Person struct {
	ID    int64  `db:"id"`
	Name  string `db:"name"`
	Roles []Role `db:"roles"`

	Partners []string `db:"partners"` // whose receipts they see; none: all
}

// SeesPurse says whether what a member has in all is for this person to see: who works for some
// partners only learns from it what was bought at others, and needs it when points pay at a till.
func (n Person) SeesPurse() bool { return len(n.Partners) == 0 || n.May(SpendPoints) }

// ErrUnknownToken is the answer to a token that is nobody's, or no longer.
var ErrUnknownToken = errors.New("unknown token")

// NewToken makes a bearer token: 256 random bits. The prefix lets scanners for
// leaked secrets find it.
func NewToken() string {
	raw := make([]byte, 32)
	rand.Read(raw) // never fails, see crypto/rand
	return "besedka_" + base64.RawURLEncoding.EncodeToString(raw)
}

// Invite admits a new person who shows token. Only the token's hash is kept,
// so it can be shown once and never again.
func (s *Service) Invite(ctx context.Context, now time.Time, p Person, token string) (Person, error) {
	p.Partners = append([]string{}, p.Partners...) // as they are read again: none is empty
	err := s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) (err error) {
		if p.ID, err = storage.Value[int64](ctx, tx, qInvite, p.Name, p.Roles, now, hashToken(token)); err != nil {
			return err
		}
		detail := map[string]any{"roles": p.Roles}
		if len(p.Partners) > 0 {
			detail["partners"] = p.Partners
			if _, err := tx.Exec(ctx, qPartnersAdd, p.ID, p.Partners); err != nil {
				return err
			}
		}
		return AuditTx(ctx, tx, now, Act{Act: "staff.invite", Object: fmt.Sprintf("staff/%d", p.ID), Detail: detail})
	})
	if err != nil {
		return Person{}, fmt.Errorf("invite staff: %w", err)
	}
	return p, nil
}

// Authenticate finds the person who shows a bearer token, else
// ErrUnknownToken.
func (s *Service) Authenticate(ctx context.Context, token string) (Person, error) {
	p, err := storage.One[Person](ctx, s.db, qAuthenticate, hashToken(token))
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return Person{}, ErrUnknownToken
	case err != nil:
		return Person{}, fmt.Errorf("authenticate: %w", err)
	}
	return p, nil
}

// hashToken needs neither salt nor slowness: nobody guesses 256 random bits.
func hashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}
