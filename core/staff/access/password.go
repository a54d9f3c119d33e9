package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"besedka/core/staff"
	"besedka/storage"
)

// Password is the way in for who has no passkey: a name, a password and an app.
type Password struct {
	Login, Password string
	Offer           string // of the app's secret, as OfferApp made it
	Code            string // that the app shows for it
}

// Limits of a password: NIST SP 800-63B-4, 3.1.1.2, which wants 8 where there is a
// second factor; ours see personal data.
const (
	MinPassword = 12  // letters
	maxPassword = 256 // bytes
	minLogin    = 3
	maxLogin    = 64
)

// What may be wrong with a Password.
var (
	ErrBadLogin    = errors.New("a name to sign in with has 3 to 64 letters, digits, dots, hyphens")
	ErrLoginTaken  = errors.New("somebody else signs in with this name")
	ErrBadPassword = errors.New("a password has at least 12 letters and is not the name")
	ErrBadCode     = errors.New("the app shows another code, or the offer is too old")
)

// argon are OWASP's parameters for argon2id: 19 MiB, so that a few people who sign in
// at once are no burden.
var argon = &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// app is what authenticator apps agree on: RFC 6238, six digits, half a minute.
var app = totp.ValidateOpts{Period: appPeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

const (
	appPeriod = 30 // seconds
	appSkew   = 1  // steps that a clock may be wrong by
)

// App is a secret for an authenticator app, not kept yet.
type App struct {
	Secret string // to be typed
	URL    string // to be shown as a QR code
	Offer  string // comes back in Password
}

// offerAge is how long one may take to set an app up.
const offerAge = 30 * time.Minute

type offer struct {
	Staff   int64     `json:"staff"`
	Secret  string    `json:"secret"`
	Expires time.Time `json:"expires"`
}

const (
	offerKind = "staff app offer"
	appKind   = "staff_password.totp"
)

// OfferApp makes a secret for a person's app, or offers the one of before again, while
// that offer stands: who mistyped something has set the app up already. Nothing is
// kept: the offer holds the secret, sealed.
func (s *Service) OfferApp(now time.Time, p staff.Person, issuer, before string) (App, error) {
	opts := totp.GenerateOpts{Issuer: issuer, AccountName: p.Name, Rand: rand.Reader}
	if secret, err := s.offered(now, p.ID, before); err == nil {
		if opts.Secret, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret); err != nil {
			return App{}, fmt.Errorf("offer app secret again: %w", err)
		}
	}
	key, err := totp.Generate(opts)
	if err != nil {
		return App{}, fmt.Errorf("make app secret: %w", err)
	}
	text, err := json.Marshal(offer{p.ID, key.Secret(), now.Add(offerAge)})
	if err != nil {
		return App{}, fmt.Errorf("make app secret: %w", err)
	}
	return App{Secret: key.Secret(), URL: key.URL(), Offer: base64.RawURLEncoding.EncodeToString(s.keys.Seal(offerKind, text))}, nil
}

// offered is the secret of an offer to a person that still stands, else ErrBadCode.
func (s *Service) offered(now time.Time, person int64, text string) (secret string, err error) {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return "", ErrBadCode
	}
	plain, err := s.keys.Open(offerKind, sealed)
	if err != nil {
		return "", ErrBadCode
	}
	var o offer
	if err := json.Unmarshal(plain, &o); err != nil || o.Staff != person || !now.Before(o.Expires) {
		return "", ErrBadCode
	}
	return o.Secret, nil
}

// step is the half minute that a code is of; ok is false when the app shows another one.
func step(secret, code string, now time.Time) (step int64, ok bool) {
	for skew := -appSkew; skew <= appSkew; skew++ {
		at := now.Add(time.Duration(skew) * appPeriod * time.Second)
		want, err := totp.GenerateCodeCustom(secret, at, app)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return at.Unix() / appPeriod, true
		}
	}
	return 0, false
}

// login is a name as it is kept.
func login(typed string) string { return strings.ToLower(strings.TrimSpace(typed)) }

// isLogin says whether anybody may sign in with a name.
func isLogin(name string) bool {
	odd := strings.IndexFunc(name, func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789.-_@", r) })
	return odd < 0 && len(name) >= minLogin && len(name) <= maxLogin
}

func (p Password) check() error {
	name := login(p.Login)
	switch {
	case !isLogin(name):
		return ErrBadLogin
	case utf8.RuneCountInString(p.Password) < MinPassword || len(p.Password) > maxPassword || strings.EqualFold(p.Password, name):
		return ErrBadPassword
	}
	return nil
}

// readied is a Password that may be kept.
type readied struct {
	login, hash string
	secret      []byte // sealed
	step        int64
}

// ready checks a Password and does what takes time, outside any transaction.
func (s *Service) ready(now time.Time, person int64, p Password) (readied, error) {
	if err := p.check(); err != nil {
		return readied{}, err
	}
	secret, err := s.offered(now, person, p.Offer)
	if err != nil {
		return readied{}, err
	}
	at, ok := step(secret, strings.TrimSpace(p.Code), now)
	if !ok {
		return readied{}, ErrBadCode
	}
	hash, err := s.hash(p.Password)
	return readied{login(p.Login), hash, s.keys.Seal(appKind, []byte(secret)), at}, err
}

func (s *Service) hash(password string) (string, error) {
	s.room <- struct{}{}
	defer func() { <-s.room }()
	return argon2id.CreateHash(password, argon)
}

func (s *Service) matches(ctx context.Context, password, hash string) (bool, error) {
	select {
	case s.room <- struct{}{}:
	case <-ctx.Done(): // who has left takes nobody's turn
		return false, ctx.Err()
	}
	defer func() { <-s.room }()
	return argon2id.ComparePasswordAndHash(password, hash)
}

// SetPassword gives a person a password and an app, in place of those they had, and the
// recovery codes to them, which are shown this once.
func (s *Service) SetPassword(ctx context.Context, now time.Time, person int64, p Password) (codes []string, err error) {
	r, err := s.ready(now, person, p)
	if err != nil {
		return nil, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		codes, err = s.keepPassword(ctx, tx, now, person, r)
		return err
	})
	return codes, err
}

// AcceptByPassword is SetPassword of an invited person, who is signed in.
func (s *Service) AcceptByPassword(ctx context.Context, now time.Time, invitation, device string, p Password) (session string, codes []string, err error) {
	who, err := s.Invited(ctx, now, invitation)
	if err != nil {
		return "", nil, err
	}
	r, err := s.ready(now, who.ID, p)
	if err != nil {
		return "", nil, err
	}
	session, err = s.accept(ctx, now, invitation, device, func(ctx context.Context, tx storage.Tx, person int64) error {
		codes, err = s.keepPassword(ctx, tx, now, person, r)
		return err
	})
	return session, codes, err
}

func (s *Service) keepPassword(ctx context.Context, tx storage.Tx, now time.Time, person int64, r readied) ([]string, error) {
	if _, err := tx.Exec(ctx, qTryLock, s.loginIndex(r.login)); err != nil { // two who want one name wait
		return nil, fmt.Errorf("keep password: %w", err)
	}
	tag, err := tx.Exec(ctx, qPasswordKeep, person, r.login, r.hash, r.secret, r.step, now)
	if err != nil {
		return nil, fmt.Errorf("keep password: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return nil, ErrLoginTaken
	}
	codes, err := s.renewCodes(ctx, tx, now, person)
	if err != nil {
		return nil, err
	}
	return codes, staff.AuditTx(ctx, tx, now, staff.Act{Staff: person, Act: "staff.password_set", Object: fmt.Sprintf("staff/%d", person)})
}

// Try is what somebody shows to be let in.
type Try struct {
	Login, Password string
	Code            string // of the app, or one for bad days
	From            string // the address they come from
	Device          string
}

type passwordRow struct {
	Staff int64  `db:"staff_id"`
	Hash  string `db:"hash"`
	TOTP  []byte `db:"totp"`
}

// SignInByPassword signs in who shows a password and a code, each code once; else
// ErrRefused, as soon for a name that nobody has as for a wrong password.
func (s *Service) SignInByPassword(ctx context.Context, now time.Time, t Try) (session string, err error) {
	name := login(t.Login)
	if !isLogin(name) || len(t.Password) > maxPassword || len(t.Code) > maxLogin {
		return "", ErrRefused
	}
	if err := s.mayTry(ctx, now, name, t.From); err != nil {
		return "", err
	}
	row, err := s.passwordOf(ctx, name, t.Password)
	if err != nil {
		return "", err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		way, err := s.useCode(ctx, tx, now, row, strings.TrimSpace(t.Code))
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, qTryClear, s.loginIndex(name)); err != nil {
			return fmt.Errorf("clear tries: %w", err)
		}
		session, err = s.StartTx(ctx, tx, now, row.Staff, way, t.Device)
		return err
	})
	return session, err
}

// passwordOf is the row of a name whose password this is, else ErrRefused. A name that
// nobody has costs as much time.
func (s *Service) passwordOf(ctx context.Context, name, password string) (passwordRow, error) {
	row, err := storage.One[passwordRow](ctx, s.db, qPasswordFind, name)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return passwordRow{}, fmt.Errorf("find password: %w", err)
	}
	if row.Hash == "" {
		row.Hash = nobodys
	}
	ok, err := s.matches(ctx, password, row.Hash)
	if err != nil {
		return passwordRow{}, fmt.Errorf("compare password: %w", err)
	}
	if !ok || row.Staff == 0 {
		return passwordRow{}, ErrRefused
	}
	return row, nil
}

// nobodys is no hash that any password has, with our parameters.
const nobodys = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// useCode uses up a code of a person's app, or one of those for bad days.
func (s *Service) useCode(ctx context.Context, tx storage.Tx, now time.Time, row passwordRow, code string) (Way, error) {
	secret, err := s.keys.Open(appKind, row.TOTP)
	if err != nil {
		return "", fmt.Errorf("app of staff %d: %w", row.Staff, err)
	}
	if at, ok := step(string(secret), code, now); ok {
		tag, err := tx.Exec(ctx, qStepUse, row.Staff, at, row.Hash)
		if err != nil {
			return "", fmt.Errorf("use code: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return "", ErrRefused
		}
		return ByPassword, nil
	}
	return ByRecovery, s.useRecovery(ctx, tx, now, row.Staff, code)
}
