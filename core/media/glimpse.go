package media

import (
	"context"
	"fmt"
	"time"

	"besedka/core/seal"
	"besedka/storage"
)

// maxEarlier is how many photos before it may help to read one: people try two or
// three times.
const maxEarlier = 3

// glimpses are kept for as long as somebody may still stand before the same receipt.
var glimpses = storage.Retention{Kept: time.Hour, Delete: qGlimpsesForget, Eldest: qGlimpsesEldest}

const glimpseKind = "glimpse"

// KeepGlimpses keeps what was seen of unread codes in a photo that Put has kept; again
// is harmless, and of an erased subject nothing is kept.
func (s *Service) KeepGlimpses(ctx context.Context, now time.Time, key seal.Key, blob string, seen [][]byte) error {
	sealed, err := key.SealJSON(glimpseKind, seen)
	if err != nil {
		return err
	}
	if _, err := s.db.Exec(ctx, qGlimpsesKeep, blob, sealed, now); err != nil {
		return fmt.Errorf("keep what was seen in photo %s: %w", blob, err)
	}
	return nil
}

// Glimpses is what was seen in a subject's latest photos that could not be read.
func (s *Service) Glimpses(ctx context.Context, now time.Time, key seal.Key, subject int64) (seen [][]byte, err error) {
	rows, err := storage.Collect[glimpseRow](ctx, s.db, qGlimpses, subject, now.Add(-glimpses.Kept), maxEarlier)
	if err != nil {
		return nil, fmt.Errorf("what was seen in photos of subject %d: %w", subject, err)
	}
	for _, r := range rows {
		var one [][]byte
		if err := key.OpenJSON(glimpseKind, r.Sealed, &one); err != nil {
			return nil, fmt.Errorf("what was seen in photos of subject %d: %w", subject, err)
		}
		seen = append(seen, one...)
	}
	return seen, nil
}

type glimpseRow struct {
	Sealed []byte `db:"sealed"`
}

// ForgetGlimpses is for a subject whose receipt was read.
func (s *Service) ForgetGlimpses(ctx context.Context, subject int64) error {
	if _, err := s.db.Exec(ctx, qGlimpsesOver, subject); err != nil {
		return fmt.Errorf("forget what was seen in photos of subject %d: %w", subject, err)
	}
	return nil
}

// GlimpseStep deletes glimpses that are too old to help.
func (s *Service) GlimpseStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	worked, next, err = glimpses.Step(ctx, s.db, now)
	if err != nil {
		err = fmt.Errorf("forget what was seen in photos: %w", err)
	}
	return worked, next, err
}
