package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/storage"
)

// Service lets the staff in. Its zero value is not usable.
type Service struct {
	db    *storage.DB
	keys  *seal.Keyring
	party *webauthn.WebAuthn // nil where browsers have no passkeys
	room  chan struct{}      // taken while a password is looked at, which takes memory
}

// passwordsAtOnce bounds what people who sign in cost: 19 MiB each.
const passwordsAtOnce = 2

// New wires a Service for the site at an address: https://loyalty.example.
func New(db *storage.DB, keys *seal.Keyring, public string) (*Service, error) {
	party, err := relyingParty(public)
	if err != nil {
		return nil, err
	}
	return &Service{db: db, keys: keys, party: party, room: make(chan struct{}, passwordsAtOnce)}, nil
}

// How long a session lasts: OWASP ASVS 5.0, 7.3, for people who see personal data.
const (
	MaxAge  = 12 * time.Hour
	MaxIdle = 30 * time.Minute
)

// noteEvery is how exactly it is kept when a session was last used: a write a minute,
// not one a click.
const noteEvery = time.Minute

// Way is how a person signed in.
type Way string

// The ways.
const (
	ByPasskey    Way = "passkey"
	ByPassword   Way = "password" // and a code of an app
	ByRecovery   Way = "recovery" // the password, and a code from the list kept for bad days
	ByInvitation Way = "invitation"
)

// Session is a person signed in in one browser.
type Session struct {
	ID        int64        `db:"id"`
	Way       Way          `db:"way"`
	Device    string       `db:"device"` // browser and system: Chrome, Windows
	StartedAt time.Time    `db:"started_at"`
	SeenAt    time.Time    `db:"seen_at"`
	By        staff.Person `db:"-"`
	Look      staff.Look   `db:"-"` // of the person; only Find tells it
}

// ErrNoSession is the answer to a token of no session, or of one that has ended.
var ErrNoSession = errors.New("no such session, or it has ended")

// newToken makes what a browser shows: 256 random bits, of which we keep a hash.
func newToken() string {
	raw := make([]byte, 32)
	rand.Read(raw) // never fails, see crypto/rand
	return base64.RawURLEncoding.EncodeToString(raw)
}

// hashToken needs neither salt nor slowness: nobody guesses 256 random bits.
func hashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// lockPerson makes two who change how a person signs in wait for each other: what takes
// the place of what was before takes all of it.
func lockPerson(ctx context.Context, tx storage.Tx, person int64) error {
	if _, err := tx.Exec(ctx, qPersonLock, person); err != nil {
		return fmt.Errorf("lock staff %d: %w", person, err)
	}
	return nil
}

// StartTx signs a person in and returns the token of a new session. The audit log of
// the act is written here, so call it last.
func (s *Service) StartTx(ctx context.Context, tx storage.Tx, now time.Time, person int64, way Way, device string) (token string, err error) {
	token = newToken()
	id, err := storage.Value[int64](ctx, tx, qSessionStart, hashToken(token), person, way, device, now)
	if errors.Is(err, storage.ErrNotFound) {
		return "", ErrRefused // disabled a moment ago
	}
	if err != nil {
		return "", fmt.Errorf("start session: %w", err)
	}
	return token, staff.AuditTx(ctx, tx, now, staff.Act{
		Staff: person, Act: "staff.sign_in", Object: fmt.Sprintf("session/%d", id), Detail: map[string]any{"way": way},
	})
}

type sessionRow struct {
	Session
	Staff int64        `db:"staff_id"`
	Name  string       `db:"name"`
	Roles []staff.Role `db:"roles"`
	staff.Look

	Partners []string `db:"partners"`
}

// Find is the session of a token, else ErrNoSession. It changes nothing: Note says that
// the session was used.
func (s *Service) Find(ctx context.Context, now time.Time, token string) (Session, error) {
	row, err := storage.One[sessionRow](ctx, s.db, qSessionFind, hashToken(token), now.Add(-MaxAge), now.Add(-MaxIdle))
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return Session{}, ErrNoSession
	case err != nil:
		return Session{}, fmt.Errorf("find session: %w", err)
	}
	row.By = staff.Person{ID: row.Staff, Name: row.Name, Roles: row.Roles, Partners: row.Partners}
	row.Session.Look = row.Look
	return row.Session, nil
}

// Note keeps a session that its person uses from ending for idleness.
func (s *Service) Note(ctx context.Context, now time.Time, of Session) error {
	if now.Sub(of.SeenAt) < noteEvery {
		return nil
	}
	if _, err := s.db.Exec(ctx, qSessionNote, of.ID, now); err != nil {
		return fmt.Errorf("note session %d: %w", of.ID, err)
	}
	return nil
}

// Sessions are those of a person that have not ended, the newest first.
func (s *Service) Sessions(ctx context.Context, now time.Time, person int64) ([]Session, error) {
	all, err := storage.Collect[Session](ctx, s.db, qSessionList, person, now.Add(-MaxAge), now.Add(-MaxIdle))
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return all, nil
}

// EndTx ends a session of a person; one that has ended, or is another's, stays as it is.
func (s *Service) EndTx(ctx context.Context, tx storage.Tx, now time.Time, person, id int64) error {
	tag, err := tx.Exec(ctx, qSessionEnd, id, person, now)
	if err != nil {
		return fmt.Errorf("end session %d: %w", id, err)
	}
	if tag.RowsAffected() == 0 {
		return nil
	}
	return staff.AuditTx(ctx, tx, now, staff.Act{Staff: person, Act: "staff.sign_out", Object: fmt.Sprintf("session/%d", id)})
}

// End is EndTx in a transaction of its own.
func (s *Service) End(ctx context.Context, now time.Time, person, id int64) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error { return s.EndTx(ctx, tx, now, person, id) })
}

// EndOthersTx ends every session of a person but keep, 0 for none: whoever came in by what
// is taken away goes with it.
func (s *Service) EndOthersTx(ctx context.Context, tx storage.Tx, now time.Time, person, keep int64) error {
	if _, err := tx.Exec(ctx, qSessionEndOthers, person, keep, now); err != nil {
		return fmt.Errorf("end other sessions of staff %d: %w", person, err)
	}
	return nil
}

// SignOutTx ends every session of a person, at the wish of who looks after the staff.
func (s *Service) SignOutTx(ctx context.Context, tx storage.Tx, now time.Time, by, person int64) error {
	if err := s.EndOthersTx(ctx, tx, now, person, 0); err != nil {
		return err
	}
	return staff.AuditTx(ctx, tx, now, staff.Act{Staff: by, Act: "staff.sign_out_everywhere", Object: fmt.Sprintf("staff/%d", person)})
}

// EndOthers is EndOthersTx in a transaction of its own.
func (s *Service) EndOthers(ctx context.Context, now time.Time, person, keep int64) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error { return s.EndOthersTx(ctx, tx, now, person, keep) })
}

// ErrRefused is the one answer to everybody who may not come in, so that it tells
// nobody which names exist.
var ErrRefused = errors.New("not let in")
