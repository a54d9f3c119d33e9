package product

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"sync"
	"time"

	"besedka/core/product/catalogue"
	"besedka/core/release"
	"besedka/storage"
)

// Service matches by the catalogue of the release in force. It remembers catalogues
// it has read, which never change: nil for one that cannot be read.
type Service struct {
	Log *slog.Logger

	// Settled is told the receipts whose lines a person has settled, in the
	// transaction that does it; nil for nobody.
	Settled func(ctx context.Context, tx storage.Tx, now time.Time, receipts []int64) error

	mu   sync.Mutex
	read map[[sha256.Size]byte]*catalogue.Catalogue
}

// edition is a catalogue and the hash of its text.
type edition struct {
	*catalogue.Catalogue
	hash [sha256.Size]byte
}

// current is the catalogue in force; nil inside when the programme has none. One
// that this program cannot read, published before the check learnt to refuse it, is
// none, too: an error would undo the verification of every receipt.
func (s *Service) current(ctx context.Context, q storage.Querier) (edition, error) {
	part, found, err := release.PartOf(ctx, q, "catalogue.yaml")
	if err != nil || !found {
		return edition{}, err
	}
	s.mu.Lock()
	known, seen := s.read[part.Hash]
	s.mu.Unlock()
	if seen {
		return edition{known, part.Hash}, nil
	}
	text, err := part.Read(ctx, q)
	if err != nil {
		return edition{}, err
	}
	c, problems := catalogue.Parse(part.Path, text)
	if c == nil {
		s.Log.ErrorContext(ctx, "the catalogue in force cannot be read: no products are looked for in receipts until it is mended and published", "err", problems[0])
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.read == nil {
		s.read = map[[sha256.Size]byte]*catalogue.Catalogue{}
	}
	s.read[part.Hash] = c
	return edition{c, part.Hash}, nil
}

// ErrNoProduct refuses a decision for a product that the catalogue in force does
// not have.
var ErrNoProduct = errors.New("the catalogue has no such product")
