package entry

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"besedka/storage"
)

// prefix begins the payload of every place's link. Payloads are at most 64 of
// [A-Za-z0-9_-], core.telegram.org/bots/features#deep-linking.
const prefix = "at_"

// MaxName bounds the name of a place, in characters.
const MaxName = 60

// ErrBadName is the answer to a name that no place can have.
var ErrBadName = errors.New("a place has a name of 1 to 60 characters in one line")

// Place is where a link hangs.
type Place struct {
	Code string `db:"code" json:"code"`
	Name string `db:"name" json:"name"`
}

// Payload is what the place's links carry.
func (p Place) Payload() string { return prefix + p.Code }

// codeBytes makes codes of six letters: a guess hits one of a hundred places once in ten
// million.
const codeBytes = 4

func newCode() string {
	b := make([]byte, codeBytes)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	return strings.ToLower(base32.StdEncoding.EncodeToString(b)[:6])
}

// PlaceTx is the place of a name, made now if there was none.
func PlaceTx(ctx context.Context, tx storage.Tx, now time.Time, name string) (Place, error) {
	name = strings.TrimSpace(name)
	if name == "" || utf8.RuneCountInString(name) > MaxName || strings.ContainsAny(name, "\x00\r\n") || !utf8.ValidString(name) {
		return Place{}, ErrBadName
	}
	for {
		if _, err := tx.Exec(ctx, qPlaceAdd, newCode(), name, now); err != nil {
			return Place{}, fmt.Errorf("make a place: %w", err)
		}
		p, err := PlaceOf(ctx, tx, name)
		if errors.Is(err, storage.ErrNotFound) { // another place has the code
			continue
		}
		return p, err
	}
}

// PlaceOf finds a place by its name; storage.ErrNotFound when there is none.
func PlaceOf(ctx context.Context, q storage.Querier, name string) (Place, error) {
	p, err := storage.One[Place](ctx, q, qPlaceOf, name)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return Place{}, fmt.Errorf("find a place: %w", err)
	}
	return p, err
}

// Places are all of them, by name.
func Places(ctx context.Context, q storage.Querier) ([]Place, error) {
	all, err := storage.Collect[Place](ctx, q, qPlaces)
	if err != nil {
		return nil, fmt.Errorf("read places: %w", err)
	}
	return all, nil
}

// Came is a subject who opened their chat by a link.
type Came struct {
	Subject int64
	Payload string
	First   bool // nothing was said in the chat before
}

// payloadShape is that of every place's payload. What else comes is anybody's words, of
// which PostgreSQL does not even take all: a NUL would fail the turn, and those beside it.
var payloadShape = regexp.MustCompile(`^` + prefix + `[A-Za-z2-7]{6}$`)

// By says whether a payload may be a place's.
func By(payload string) bool { return payloadShape.MatchString(payload) }

// Queue keeps who came from where; a payload that is no place's, forged or of another
// installation, is nothing.
func Queue(b *storage.Batch, now time.Time, came []Came) {
	if len(came) == 0 {
		return
	}
	n := len(came)
	subjects, codes, first := make([]int64, n), make([]string, n), make([]bool, n)
	for i, c := range came {
		subjects[i], codes[i], first[i] = c.Subject, strings.ToLower(strings.TrimPrefix(c.Payload, prefix)), c.First
	}
	b.Exec(qCame, subjects, codes, first, now)
}

// Count is how a place works: by messenger, how often people came by its links, how many
// chats began so, and how many of the members of those have registered.
type Count struct {
	Place      string `db:"name" json:"place"`
	Code       string `db:"code" json:"code"`
	Channel    string `db:"channel" json:"channel"`
	Entries    int64  `db:"entries" json:"entries"`
	Newcomers  int64  `db:"newcomers" json:"newcomers"`
	Registered int64  `db:"registered" json:"registered"`
}

// Counts are those of all places since an instant, by name and messenger. A place that
// nobody came to is there once, without a messenger.
func Counts(ctx context.Context, q storage.Querier, since time.Time) ([]Count, error) {
	all, err := storage.Collect[Count](ctx, q, qCounts, since)
	if err != nil {
		return nil, fmt.Errorf("count entries: %w", err)
	}
	return all, nil
}
