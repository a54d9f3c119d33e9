package letter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/consent"
	"besedka/core/letter/gsm"
	"besedka/core/seal"
	"besedka/storage"
)

// Service keeps letters.
type Service struct {
	DB   *storage.DB
	Keys *seal.Keyring
	Loud func(time.Time) time.Time // when people are spoken to again, from an instant on
}

// Letter is one SMS or e-mail to write.
type Letter struct {
	Key         string // of what it tells: the same is written once
	Medium      consent.Medium
	To          string // +79991234567, or an address of e-mail
	Subject     int64  // whose key seals it
	Title, Text string // an SMS has no title
	Secret      bool   // a code: it leaves once at most, in its first minutes, and its words are forgotten then
	Unasked     bool   // news: not in quiet hours, and only to who wants them when it leaves
}

// Limits of one address. Codes above theirs are refused, so that nobody's phone rings all
// night because a stranger types their number; news above theirs wait.
const (
	ResendPause  = time.Minute
	CodesPerHour = 5
	CodesPerDay  = 10
	NewsPerDay   = 10
)

// How long a letter may wait for its provider.
const (
	secretLife = 10 * time.Minute
	newsLife   = 3 * 24 * time.Hour
)

// TooSoonError is the answer to a code for an address that has had enough of them. Until
// is when the next one may be asked for.
type TooSoonError struct{ Until time.Time }

func (e *TooSoonError) Error() string {
	return "this address has had enough codes until " + e.Until.UTC().Format(time.RFC3339)
}

// words are what is sealed of a letter beside its address.
type words struct {
	Title string `json:"title,omitempty"`
	Text  string `json:"text"`
}

// Kinds of what is sealed.
const (
	toKind    = "letter/to"
	wordsKind = "letter/words"
)

// QueueTx writes a letter in the transaction of what it tells of: with it, or not at all.
// The same key writes nothing twice, and who is erased is written nothing. A code that
// comes too soon after others is a *TooSoonError. For a code the address is locked, last
// of all locks.
func (s *Service) QueueTx(ctx context.Context, tx storage.Tx, now time.Time, l Letter) error {
	err := s.queue(ctx, tx, now, l)
	if tooSoon, ok := errors.AsType[*TooSoonError](err); ok {
		return tooSoon
	}
	if err != nil {
		return fmt.Errorf("write letter %s: %w", l.Key, err)
	}
	return nil
}

func (s *Service) queue(ctx context.Context, tx storage.Tx, now time.Time, l Letter) error {
	wrapped, err := storage.Value[[]byte](ctx, tx, qSubjectKey, l.Subject)
	if err != nil {
		return err
	}
	key, err := s.Keys.Unwrap(wrapped)
	if errors.Is(err, seal.ErrErased) {
		return nil
	}
	if err != nil {
		return err
	}
	address := s.index(l.Medium, l.To)
	if l.Secret {
		if err := mayHaveCode(ctx, tx, now, l.Key, address); err != nil {
			return err
		}
	}
	text, err := key.SealJSON(wordsKind, words{l.Title, l.Text})
	if err != nil {
		return err
	}
	life, parts := newsLife, 0
	if l.Secret {
		life = secretLife
	}
	if l.Medium == consent.SMS {
		parts = gsm.Parts(l.Text)
	}
	_, err = tx.Exec(ctx, qInsert, l.Key, l.Medium, l.Subject, address, key.Seal(toKind, []byte(l.To)), text, l.Secret, l.Unasked, parts, now, now.Add(life))
	return err
}

// index is the blind index of an address.
func (s *Service) index(m consent.Medium, to string) []byte {
	return s.Keys.Index("letter/"+string(m), to)
}

type codesRow struct {
	Known   bool       `db:"known"` // this very code is written
	Last    *time.Time `db:"last"`
	OfHour  int        `db:"of_hour"`
	Hour    *time.Time `db:"hour"` // the first of the last hour
	OfDay   int        `db:"of_day"`
	OfDayAt *time.Time `db:"day"`
}

// mayHaveCode counts the codes of an address while nobody else writes one to it.
func mayHaveCode(ctx context.Context, tx storage.Tx, now time.Time, key string, address []byte) error {
	if _, err := tx.Exec(ctx, qAddressLock, address); err != nil {
		return err
	}
	c, err := storage.One[codesRow](ctx, tx, qCodes, address, now.Add(-time.Hour), now.Add(-24*time.Hour), key)
	switch {
	case err != nil || c.Known || c.Last == nil:
		return err
	case c.OfDay >= CodesPerDay:
		return &TooSoonError{c.OfDayAt.Add(24 * time.Hour)}
	case c.OfHour >= CodesPerHour:
		return &TooSoonError{c.Hour.Add(time.Hour)}
	case now.Before(c.Last.Add(ResendPause)):
		return &TooSoonError{c.Last.Add(ResendPause)}
	}
	return nil
}
