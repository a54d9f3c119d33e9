package hook

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"besedka/core/seal"
	"besedka/core/service/contract"
	"besedka/core/staff"
	"besedka/storage"
)

// MaxEndpoints is how many there may be: every act is written down for each.
const MaxEndpoints = 10

// OldSecretLives is for how long after a rotation the secret before signs, too.
const OldSecretLives = 24 * time.Hour

const maxURL = 500 // bytes

// Service keeps endpoints.
type Service struct {
	DB      *storage.DB
	Keys    *seal.Keyring
	Private []string // hosts, with ports as addresses have them, that may stand in a network of ours
}

// Wanted is what an endpoint is told, and where.
type Wanted struct {
	URL   string `json:"url"`
	Kinds []Kind `json:"events"`
	Texts bool   `json:"texts"` // messages come with their words: they leave the house
}

// Why says why an endpoint is told nothing.
type Why string

// The reasons.
const (
	ByHand  Why = "by_hand"
	Failing Why = "failing" // it has taken nothing for a day
	Gone    Why = "gone"    // it answered 410: it wants nothing any more, and nothing is kept for it
)

// Endpoint is an address that is told what happens.
type Endpoint struct {
	ID           int64      `db:"id" json:"id"`
	URL          string     `db:"url" json:"url"`
	Kinds        []Kind     `db:"kinds" json:"events"`
	Texts        bool       `db:"texts" json:"texts"`
	MadeBy       int64      `db:"made_by" json:"made_by"`
	MadeAt       time.Time  `db:"made_at" json:"made_at"`
	OldUntil     *time.Time `db:"old_until" json:"old_secret_until,omitempty"`
	Paused       Why        `db:"paused_why" json:"paused,omitempty"`
	PausedAt     *time.Time `db:"paused_at" json:"paused_at,omitempty"`
	FailingSince *time.Time `db:"failing_since" json:"failing_since,omitempty"`
	Failures     int        `db:"failures" json:"failures"` // attempts in a row that came to nothing
	Waiting      int64      `db:"waiting" json:"waiting"`   // events that it has not taken yet
}

// Troubles of an endpoint that is wanted.
const (
	BadURL    = "url"
	BadEvents = "events"
	TooMany   = "many"
)

// WrongError is the answer to an endpoint that cannot be.
type WrongError struct {
	Key  string // names the trouble
	What string
}

func (e *WrongError) Error() string { return e.What }

func (s *Service) check(w Wanted) error {
	u, err := url.Parse(w.URL)
	private := err == nil && slices.Contains(s.Private, u.Host)
	if len(w.URL) > maxURL || (contract.Service{URL: w.URL, Private: private}).Check() != "" {
		return &WrongError{BadURL, "url must be an https address of the internet of at most 500 bytes, without a query, a name or a password"}
	}
	if len(w.Kinds) == 0 {
		return &WrongError{BadEvents, fmt.Sprintf("events must name some of %v", Kinds)}
	}
	for i, k := range w.Kinds {
		if !Known(k) || slices.Contains(w.Kinds[:i], k) {
			return &WrongError{BadEvents, fmt.Sprintf("events must name some of %v, each once", Kinds)}
		}
	}
	return nil
}

// sealKind is of a secret.
const sealKind = "hook/secret"

// wish names what one of the staff has asked under a key.
func wish(by staff.Person, key string) string { return fmt.Sprintf("%d/%s", by.ID, key) }

// Secret is the one that the maker of an endpoint, or who rotated its secret, is answered
// with: for the same key the same.
func (s *Service) Secret(by staff.Person, key string) string {
	return secretOf(s.Keys, wish(by, key))
}

// MakeTx makes an endpoint, one for each key of its maker. Its secret is Secret of the key.
func (s *Service) MakeTx(ctx context.Context, tx storage.Tx, now time.Time, by staff.Person, key string, w Wanted) (id int64, err error) {
	if err := s.check(w); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, qLock); err != nil {
		return 0, fmt.Errorf("make webhook: %w", err)
	}
	id, err = storage.Value[int64](ctx, tx, qMade, wish(by, key))
	if !errors.Is(err, storage.ErrNotFound) {
		return id, err
	}
	n, err := storage.Value[int64](ctx, tx, qCount)
	if err != nil {
		return 0, fmt.Errorf("count webhooks: %w", err)
	}
	if n >= MaxEndpoints {
		return 0, &WrongError{TooMany, fmt.Sprintf("there may be %d webhooks: remove one", MaxEndpoints)}
	}
	sealed := s.Keys.Seal(sealKind, []byte(s.Secret(by, key)))
	if id, err = storage.Value[int64](ctx, tx, qMake, wish(by, key), w.URL, w.Kinds, w.Texts, sealed, by.ID, now); err != nil {
		return 0, fmt.Errorf("make webhook: %w", err)
	}
	return id, audit(ctx, tx, now, by, "make", id, map[string]any{"events": w.Kinds, "texts": w.Texts})
}

// RotateTx gives an endpoint the secret of the key; the one before signs beside it for
// OldSecretLives. The same key changes nothing once more, and when what it gave signs no longer
// it is staff.ErrKeyReused: nobody is shown a secret that is out of force as a new one.
func (s *Service) RotateTx(ctx context.Context, tx storage.Tx, now time.Time, by staff.Person, key string, id int64) error {
	row, err := storage.One[rotated](ctx, tx, qSecrets, id)
	if err != nil {
		return fmt.Errorf("webhook %d: %w", id, err)
	}
	secrets, err := row.Open(s.Keys, now)
	if err != nil {
		return fmt.Errorf("webhook %d: %w", id, err)
	}
	fresh := s.Secret(by, key)
	switch given := slices.Contains(row.Keys, wish(by, key)); {
	case slices.Contains(secrets, fresh):
		return nil
	case given:
		return fmt.Errorf("rotate secret of webhook %d: %w", id, staff.ErrKeyReused)
	}
	if _, err := tx.Exec(ctx, qRotate, id, s.Keys.Seal(sealKind, []byte(fresh)), now.Add(OldSecretLives), wish(by, key)); err != nil {
		return fmt.Errorf("rotate secret of webhook %d: %w", id, err)
	}
	return audit(ctx, tx, now, by, "rotate", id, nil)
}

type rotated struct {
	Sealed
	Keys []string `db:"keys"` // of the wishes that gave a secret
}

// Sealed are the secrets of an endpoint as they are kept.
type Sealed struct {
	Secret   []byte     `db:"secret"`
	Old      []byte     `db:"old_secret"`
	OldUntil *time.Time `db:"old_until"`
}

// Open is those that sign at now, the newest first.
func (r Sealed) Open(keys *seal.Keyring, now time.Time) ([]string, error) {
	sealed := [][]byte{r.Secret}
	if r.OldUntil != nil && now.Before(*r.OldUntil) {
		sealed = append(sealed, r.Old)
	}
	secrets := make([]string, len(sealed))
	for i, one := range sealed {
		plain, err := keys.Open(sealKind, one)
		if err != nil {
			return nil, fmt.Errorf("open secret: %w", err)
		}
		secrets[i] = string(plain)
	}
	return secrets, nil
}

// ChangeTx changes where an endpoint is and what it is told, from now on.
func (s *Service) ChangeTx(ctx context.Context, tx storage.Tx, now time.Time, by staff.Person, id int64, w Wanted) error {
	if err := s.check(w); err != nil {
		return err
	}
	return act(ctx, tx, now, by, "change", id, map[string]any{"events": w.Kinds, "texts": w.Texts}, qChange, id, w.URL, w.Kinds, w.Texts)
}

// PauseTx tells an endpoint nothing until ResumeTx; what happens meanwhile is kept for it.
func PauseTx(ctx context.Context, tx storage.Tx, now time.Time, by staff.Person, id int64) error {
	return act(ctx, tx, now, by, "pause", id, nil, qPause, id, now)
}

// ResumeTx tells an endpoint again, beginning with what has waited.
func ResumeTx(ctx context.Context, tx storage.Tx, now time.Time, by staff.Person, id int64) error {
	return act(ctx, tx, now, by, "resume", id, nil, qResume, id, now)
}

// RemoveTx ends an endpoint for good, with what has waited for it.
func RemoveTx(ctx context.Context, tx storage.Tx, now time.Time, by staff.Person, id int64) error {
	return act(ctx, tx, now, by, "remove", id, nil, qRemove, id, now)
}

// act is one that is logged when it changes anything; else storage.ErrNotFound unless the
// endpoint stands so already.
func act(ctx context.Context, tx storage.Tx, now time.Time, by staff.Person, what string, id int64, detail map[string]any, sql string, args ...any) error {
	done, err := tx.Exec(ctx, sql, args...)
	if err != nil {
		return fmt.Errorf("%s webhook %d: %w", what, id, err)
	}
	if done.RowsAffected() == 0 {
		_, err := storage.One[Endpoint](ctx, tx, qOne, id)
		return err
	}
	return audit(ctx, tx, now, by, what, id, detail)
}

func audit(ctx context.Context, tx storage.Tx, now time.Time, by staff.Person, what string, id int64, detail map[string]any) error {
	return staff.AuditTx(ctx, tx, now, staff.Act{Staff: by.ID, Act: "webhooks." + what, Object: fmt.Sprintf("webhook/%d", id), Detail: detail})
}
