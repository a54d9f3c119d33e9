package partner

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"sync"

	"besedka/core/partner/book"
	"besedka/core/release"
	"besedka/storage"
)

// Place is where a receipt was made, as rules see it.
type Place = book.Place

// Service matches by the partners of the release in force. It remembers the latest
// book, which never changes: nil for one that cannot be read.
type Service struct {
	Log *slog.Logger

	mu   sync.Mutex
	last edition
}

// edition is a book and the hash of its text.
type edition struct {
	*book.Book
	hash [sha256.Size]byte
}

// current is the book in force; nil inside when the programme has none. One that this
// program cannot read, published before the check learnt to refuse it, is none, too:
// an error would undo the verification of every receipt.
func (s *Service) current(ctx context.Context, q storage.Querier) (edition, error) {
	part, found, err := release.PartOf(ctx, q, "partners.yaml")
	if err != nil || !found {
		return edition{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last.hash == part.Hash {
		return s.last, nil
	}
	text, err := part.Read(ctx, q)
	if err != nil {
		return edition{}, err
	}
	b, problems := book.Parse(part.Path, text)
	if b == nil {
		s.Log.ErrorContext(ctx, "the partners in force cannot be read: no stores are looked for in receipts until they are mended and published", "err", problems[0])
	}
	s.last = edition{b, part.Hash}
	return s.last, nil
}

// Refusals of a decision.
var (
	ErrNoStore  = errors.New("the partners have no such store")
	ErrNotPlace = errors.New("the task is not about the place of a receipt")
	ErrNameless = errors.New("the receipt says nothing of its place that could be remembered")
	ErrTill     = errors.New("the till tells the store: mend the tills of the partners, then correct the receipt")
	ErrDay      = errors.New("the store takes no part on the day of the receipt: mend its days, then decide")

	// ErrReplaced is the answer to who corrects a receipt that somebody else has
	// decided meanwhile.
	ErrReplaced = errors.New("another decision stands in its place")
)
