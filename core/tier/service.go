package tier

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"besedka/core/tier/ladder"
	"besedka/storage"
)

// Config is what a Service works with.
type Config struct {
	DB      *storage.DB
	Ladder  func() *ladder.Ladder // as published now; nil for a programme without tiers
	Zone    func() *time.Location // whose days terms and periods are counted in
	Expires func(currency string, given time.Time) time.Time
	Loud    func(time.Time) time.Time // the first instant from one on at which people are spoken to unasked
	Tell    func(ctx context.Context, tx storage.Tx, now time.Time, n News) error
	Log     *slog.Logger
}

// Service keeps tiers. A nil one keeps none.
type Service struct{ Config }

// New wires a Service.
func New(c Config) *Service { return &Service{c} }

func (s *Service) ladder() *ladder.Ladder {
	if s == nil {
		return nil
	}
	return s.Ladder()
}

// Queue leaves word that a member's tier is to be looked at from an instant on, in the
// transaction that moves what it is measured by. It waits for nobody.
func (s *Service) Queue(b *storage.Batch, at time.Time, member int64) {
	if s.ladder() != nil {
		b.Exec(qLookAll, []int64{member}, at)
	}
}

// LookTx is Queue at once.
func (s *Service) LookTx(ctx context.Context, tx storage.Tx, at time.Time, member int64) error {
	if s.ladder() == nil {
		return nil
	}
	if _, err := tx.Exec(ctx, qLookAll, []int64{member}, at); err != nil {
		return fmt.Errorf("leave word of member %d: %w", member, err)
	}
	return nil
}

// MergeTx gives into the higher of the two tiers when from and into turned out to be
// one person, with the later term, and leaves word: what they have is one by now. The
// caller holds both members.
func (s *Service) MergeTx(ctx context.Context, tx storage.Tx, now time.Time, from, into int64) error {
	if err := s.merge(ctx, tx, now, from, into); err != nil {
		return fmt.Errorf("merge tier of member %d into %d: %w", from, into, err)
	}
	return s.LookTx(ctx, tx, now, into)
}

func (s *Service) merge(ctx context.Context, tx storage.Tx, now time.Time, from, into int64) error {
	gone, err := storage.Collect[heldRow](ctx, tx, qTierDrop, from)
	if err != nil || len(gone) == 0 {
		return err
	}
	rows, err := held(ctx, tx, s.ladder().Base(), []int64{into})
	if err != nil {
		return err
	}
	was := rows[0]
	joined := gone[0].held()
	l := s.ladder()
	if l != nil {
		joined = l.Join(was.held(), joined)
	}
	if joined == was.held() || l == nil && was.Version > 0 {
		return nil
	}
	c := ladder.Change{Held: joined, Reason: ladder.Joined}
	return write(ctx, tx, now, change{was, c, 0, ""})
}
