package access

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"besedka/core/staff"
	"besedka/storage"
)

// challengeAge is how long a person may look for their key.
const challengeAge = 5 * time.Minute

// Passkey is one that a person has.
type Passkey struct {
	ID     []byte     `db:"id"`
	Device string     `db:"device"` // where it was made
	MadeAt time.Time  `db:"made_at"`
	UsedAt *time.Time `db:"used_at"`
}

// Ceremony is what a browser is asked: Options go to navigator.credentials, and Token
// comes back with the answer. It is answered once.
type Ceremony struct {
	Token   string `json:"token"`
	Options any    `json:"options"`
}

// holder is a person as an authenticator knows them.
type holder struct {
	handle []byte
	name   string
	keys   []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return h.handle }
func (h holder) WebAuthnName() string                       { return h.name }
func (h holder) WebAuthnDisplayName() string                { return h.name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

type credentialRow struct {
	Staff      int64  `db:"staff_id"`
	Name       string `db:"name"`
	Credential []byte `db:"credential"`
}

// holder is a person with the keys of rows. The handle tells an authenticator who they
// are and tells nobody else.
func (s *Service) holder(person int64, name string, rows []credentialRow) (holder, error) {
	h := holder{handle: s.keys.Index("staff handle", strconv.FormatInt(person, 10)), name: name}
	for _, r := range rows {
		var key webauthn.Credential
		if err := json.Unmarshal(r.Credential, &key); err != nil {
			return holder{}, fmt.Errorf("passkey of staff %d: %w", person, err)
		}
		h.keys = append(h.keys, key)
	}
	return h, nil
}

// BeginPasskey asks a browser to make a passkey for a person.
func (s *Service) BeginPasskey(ctx context.Context, now time.Time, p staff.Person) (Ceremony, error) {
	rows, err := storage.Collect[credentialRow](ctx, s.db, qPasskeysOf, p.ID)
	if err != nil {
		return Ceremony{}, fmt.Errorf("read passkeys: %w", err)
	}
	h, err := s.holder(p.ID, p.Name, rows)
	if err != nil {
		return Ceremony{}, err
	}
	known := webauthn.Credentials(h.keys).CredentialDescriptors()
	options, state, err := s.party.BeginRegistration(h, webauthn.WithExclusions(known))
	if err != nil {
		return Ceremony{}, fmt.Errorf("begin passkey: %w", err)
	}
	return s.ask(ctx, now, options.Response, state)
}

// BeginSignIn asks a browser for any passkey that it has for us.
func (s *Service) BeginSignIn(ctx context.Context, now time.Time, from string) (Ceremony, error) {
	if err := s.mayTry(ctx, now, "", from); err != nil {
		return Ceremony{}, err
	}
	options, state, err := s.party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, fmt.Errorf("begin sign-in: %w", err)
	}
	return s.ask(ctx, now, options.Response, state)
}

func (s *Service) ask(ctx context.Context, now time.Time, options any, state *webauthn.SessionData) (Ceremony, error) {
	text, err := json.Marshal(state)
	if err != nil {
		return Ceremony{}, fmt.Errorf("keep challenge: %w", err)
	}
	c := Ceremony{Token: newToken(), Options: options}
	if _, err := s.db.Exec(ctx, qChallengeKeep, hashToken(c.Token), text, now.Add(challengeAge)); err != nil {
		return Ceremony{}, fmt.Errorf("keep challenge: %w", err)
	}
	return c, nil
}

// asked takes a challenge away: whatever comes of the answer, it is asked no more.
func (s *Service) asked(ctx context.Context, now time.Time, token string) (state webauthn.SessionData, err error) {
	text, err := storage.Value[[]byte](ctx, s.db, qChallengeTake, hashToken(token), now)
	if errors.Is(err, storage.ErrNotFound) {
		return state, ErrRefused
	}
	if err != nil {
		return state, fmt.Errorf("take challenge: %w", err)
	}
	return state, json.Unmarshal(text, &state)
}

// made checks the answer to BeginPasskey.
func (s *Service) made(ctx context.Context, now time.Time, p staff.Person, token string, answer []byte) (*webauthn.Credential, error) {
	state, err := s.asked(ctx, now, token)
	if err != nil {
		return nil, err
	}
	h, err := s.holder(p.ID, p.Name, nil)
	if err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	key, err := s.party.CreateCredential(h, state, parsed)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return key, nil
}

// AddPasskey keeps the passkey that a browser has made for a person.
func (s *Service) AddPasskey(ctx context.Context, now time.Time, p staff.Person, device, token string, answer []byte) error {
	key, err := s.made(ctx, now, p, token, answer)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error { return s.keepKey(ctx, tx, now, p.ID, device, key) })
}

// AcceptByPasskey keeps the passkey of an invited person and signs them in.
func (s *Service) AcceptByPasskey(ctx context.Context, now time.Time, invitation, device, token string, answer []byte) (session string, err error) {
	p, err := s.Invited(ctx, now, invitation)
	if err != nil {
		return "", err
	}
	key, err := s.made(ctx, now, p, token, answer)
	if err != nil {
		return "", err
	}
	return s.accept(ctx, now, invitation, device, func(ctx context.Context, tx storage.Tx, person int64) error {
		return s.keepKey(ctx, tx, now, person, device, key)
	})
}

func (s *Service) keepKey(ctx context.Context, tx storage.Tx, now time.Time, person int64, device string, key *webauthn.Credential) error {
	text, err := json.Marshal(key)
	if err != nil {
		return fmt.Errorf("keep passkey: %w", err)
	}
	tag, err := tx.Exec(ctx, qPasskeyKeep, key.ID, person, device, text, now)
	if err != nil {
		return fmt.Errorf("keep passkey: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return ErrRefused // it is there already
	}
	return staff.AuditTx(ctx, tx, now, staff.Act{Staff: person, Act: "staff.passkey_add", Object: fmt.Sprintf("staff/%d", person)})
}

// SignInByPasskey signs in whose passkey answered BeginSignIn, else ErrRefused.
func (s *Service) SignInByPasskey(ctx context.Context, now time.Time, device, token string, answer []byte) (session string, err error) {
	state, err := s.asked(ctx, now, token)
	if err != nil {
		return "", err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrRefused, err)
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		row, err := storage.One[credentialRow](ctx, tx, qPasskeyFind, parsed.RawID) // locked: its counter moves on
		if errors.Is(err, storage.ErrNotFound) {
			return ErrRefused
		}
		if err != nil {
			return fmt.Errorf("find passkey: %w", err)
		}
		if err := s.answered(ctx, tx, now, row, state, parsed); err != nil {
			return err
		}
		session, err = s.StartTx(ctx, tx, now, row.Staff, ByPasskey, device)
		return err
	})
	return session, err
}

// answered checks what a passkey signed. A counter that went back means that there are
// two of it: neither is trusted.
func (s *Service) answered(ctx context.Context, tx storage.Tx, now time.Time, row credentialRow, state webauthn.SessionData, answer *protocol.ParsedCredentialAssertionData) error {
	h, err := s.holder(row.Staff, row.Name, []credentialRow{row})
	if err != nil {
		return err
	}
	of := func(_, handle []byte) (webauthn.User, error) {
		if string(handle) != string(h.handle) {
			return nil, ErrRefused
		}
		return h, nil
	}
	_, key, err := s.party.ValidatePasskeyLogin(of, state, answer)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if key.Authenticator.CloneWarning {
		return fmt.Errorf("%w: the counter of a passkey of staff %d went back", ErrRefused, row.Staff)
	}
	text, err := json.Marshal(key)
	if err != nil {
		return fmt.Errorf("keep passkey: %w", err)
	}
	if _, err := tx.Exec(ctx, qPasskeyUsed, key.ID, text, now); err != nil {
		return fmt.Errorf("keep passkey: %w", err)
	}
	return nil
}

// Keys are a person's passkeys, the oldest first.
func (s *Service) Keys(ctx context.Context, person int64) ([]Passkey, error) {
	keys, err := storage.Collect[Passkey](ctx, s.db, qPasskeyList, person)
	if err != nil {
		return nil, fmt.Errorf("list passkeys: %w", err)
	}
	return keys, nil
}

// ErrLastWay is the answer to who would take away the only way in that they have.
var ErrLastWay = errors.New("it is the only way in that this person has")

// RemovePasskeyTx takes a passkey away from a person, else ErrLastWay. One that is not
// theirs, or is gone, changes nothing.
func (s *Service) RemovePasskeyTx(ctx context.Context, tx storage.Tx, now time.Time, person int64, id []byte) error {
	ways, err := storage.Value[int64](ctx, tx, qWaysLock, person)
	if err != nil {
		return fmt.Errorf("count ways in: %w", err)
	}
	if ways < 2 {
		return ErrLastWay
	}
	tag, err := tx.Exec(ctx, qPasskeyRemove, id, person, now)
	if err != nil {
		return fmt.Errorf("remove passkey: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return nil
	}
	return staff.AuditTx(ctx, tx, now, staff.Act{Staff: person, Act: "staff.passkey_remove", Object: fmt.Sprintf("staff/%d", person)})
}
