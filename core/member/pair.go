package member

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// PairReason is why two members may be one person.
type PairReason string

// The reasons.
const (
	PairRecycled PairReason = "recycled" // one proved a number that the other had proved before
	PairClaim    PairReason = "claim"    // one typed a number that the other has proved
	PairNamesake PairReason = "namesake" // they told one name and one day
	PairCard     PairReason = "card"     // one showed the other's card
)

// pairsOfMember bounds what one member can fill the queue with.
const pairsOfMember = 20

// Pair is two members who may be one person.
type Pair struct {
	ID     int64      `db:"id" json:"id"`
	One    int64      `db:"one" json:"one"`
	Other  int64      `db:"other" json:"other"`
	Reason PairReason `db:"reason" json:"reason"`
	At     time.Time  `db:"at" json:"at"`
}

// Verdict is what staff said of a pair.
type Verdict string

// The verdicts. Who is told apart is never asked about again, and never joined by a number.
const (
	VerdictJoined    Verdict = "joined"
	VerdictDifferent Verdict = "different"
)

// ErrSettled is the answer to a verdict about a pair that has one, or that is one member by now.
var ErrSettled = errors.New("the pair is settled already")

// Pairs are those that wait for a verdict, the oldest first, after the pair of that id,
// at most limit.
func (s *Service) Pairs(ctx context.Context, after int64, limit int) ([]Pair, error) {
	pairs, err := storage.Collect[Pair](ctx, s.db, qPairs, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list pairs of members: %w", err)
	}
	return pairs, nil
}

// SettleTx keeps what staff say of a pair; joining the two is MergeTx's. Of two who
// settle it at once one gets ErrSettled; an unknown pair, and one whose member was erased, is
// storage.ErrNotFound. Nobody is erased or joined meanwhile: the lock of identity comes first.
func (s *Service) SettleTx(ctx context.Context, tx storage.Tx, now time.Time, id, staff int64, v Verdict) (Pair, error) {
	if err := lockIdentity(ctx, tx); err != nil {
		return Pair{}, err
	}
	p, err := storage.One[Pair](ctx, tx, qPairSettle, id, v, staff, now)
	if err == nil {
		return p, nil
	}
	if errors.Is(err, storage.ErrNotFound) {
		if known, lookErr := storage.Value[bool](ctx, tx, qPairKnown, id); lookErr == nil && known {
			return Pair{}, ErrSettled
		}
	}
	return Pair{}, fmt.Errorf("settle pair %d: %w", id, err)
}

// QueueShownCard asks staff about a member who shows a card, where it is another one's: it
// joins nothing, and tells whoever shows it nothing. A number of no card is nobody's.
func QueueShownCard(b *storage.Batch, now time.Time, member int64, number string) {
	b.Exec(qPairCard, member, number, now, pairsOfMember)
}

// NoteShownCard is QueueShownCard in a transaction of its own, for whoever is refused.
func (s *Service) NoteShownCard(ctx context.Context, now time.Time, member int64, number string) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		var b storage.Batch
		QueueShownCard(&b, now, member, number)
		return b.Send(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("note that member %d shows a card: %w", member, err)
	}
	return nil
}
