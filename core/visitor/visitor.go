package visitor

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"besedka/core/seal"
	"besedka/storage"
)

// Stay is how long a session lasts that nothing renews; every page of the site brings
// a new one.
const Stay = 7 * 24 * time.Hour

// Service checks tokens and sessions. Secret is what the sites' servers sign with.
type Service struct {
	DB     *storage.DB
	Keys   *seal.Keyring
	Secret []byte
	Now    func() time.Time
}

// session is what a browser keeps of a visitor, sealed: it tells whoever reads the
// browser's storage neither the phone nor the id.
type session struct {
	Peer  string    `json:"peer"`
	Phone string    `json:"phone,omitempty"`
	Until time.Time `json:"until"`
}

// kind names sessions that the secret of now vouches for: another one ends them all.
func (s *Service) kind() string {
	return "visitor session " + hex.EncodeToString(s.Keys.Index("visitor/secret", string(s.Secret)))
}

// Enter gives a session for a token of the site. A token is good once: attempt, random
// and the browser's own, tells one who repeats because no answer came from one who has
// copied it. A page that the browser has kept brings an old token: who holds a session
// of the same visitor goes on with it. It refuses with ErrForged, ErrExpired, ErrUnfit
// or ErrUsed.
func (s *Service) Enter(ctx context.Context, token, attempt, held string) (string, error) {
	c, refusal := read(s.Secret, token, s.Now())
	if refusal != nil && !errors.Is(refusal, ErrExpired) {
		return "", refusal
	}
	v, err := c.visitor()
	if err != nil {
		return "", err
	}
	if refusal == nil {
		refusal = s.use(ctx, c.ID, attempt)
	}
	switch {
	case refusal == nil:
		return s.seal(s.kind(), session{Peer: v.Peer, Phone: v.Phone, Until: s.Now().Add(Stay)})
	case errors.Is(refusal, ErrExpired), errors.Is(refusal, ErrUsed):
		if holder, ok := s.Recognise(held); ok && holder == v {
			return held, nil
		}
	}
	return "", refusal
}

// use uses a token up, but for the attempt that has.
func (s *Service) use(ctx context.Context, nonce, attempt string) error {
	used, err := s.DB.Exec(ctx, qNonceUse, s.Keys.Index("visitor/nonce", nonce), s.Keys.Index("visitor/attempt", attempt), s.Now())
	if err != nil {
		return fmt.Errorf("use a visitor's token: %w", err)
	}
	if used.RowsAffected() == 0 {
		return ErrUsed
	}
	return nil
}

func (s *Service) seal(kind string, one session) (string, error) {
	plain, err := json.Marshal(one)
	if err != nil {
		return "", fmt.Errorf("seal a visitor's session: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(s.Keys.Seal(kind, plain)), nil
}

// Recognise is the visitor of a session; ok is false when it is not one of ours, its time
// is over, or it was given for a token of another secret.
func (s *Service) Recognise(text string) (v Visitor, ok bool) {
	one, ok := s.open(s.kind(), text)
	return Visitor{Peer: one.Peer, Phone: one.Phone}, ok
}

func (s *Service) open(kind, text string) (one session, ok bool) {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return session{}, false
	}
	plain, err := s.Keys.Open(kind, sealed)
	if err != nil {
		return session{}, false
	}
	if err := json.Unmarshal(plain, &one); err != nil || !s.Now().Before(one.Until) {
		return session{}, false
	}
	return one, true
}

// A nonce is kept until its token is out of date by every clock.
var nonces = storage.Retention{Kept: MaxLife + 2*skew, Delete: qNonceForget, Eldest: qNonceEldest}

// ForgetStep deletes nonces of tokens that nobody can use any more.
func (s *Service) ForgetStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	worked, next, err = nonces.Step(ctx, s.DB, now)
	if err != nil {
		err = fmt.Errorf("forget visitors' tokens: %w", err)
	}
	return worked, next, err
}
