package conversation

import (
	"context"
	"fmt"
	"time"
)

// What is put aside lies under the master key, because nobody knows whose it
// is, and so outlives an erasure. quarantineKept is how long it may: time enough
// to look into it.
const (
	quarantineKept    = 30 * 24 * time.Hour
	quarantinePerStep = 256 // rows
)

// QuarantineStep deletes updates that were put aside too long ago.
func (s *Service) QuarantineStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	gone, err := s.db.Exec(ctx, qQuarantineForget, now.Add(-quarantineKept), quarantinePerStep)
	if err != nil {
		return false, time.Time{}, fmt.Errorf("forget what was put aside: %w", err)
	}
	eldest, err := s.least(ctx, qQuarantineEldest)
	if err != nil || eldest.IsZero() {
		return gone.RowsAffected() > 0, time.Time{}, err
	}
	return gone.RowsAffected() > 0, eldest.Add(quarantineKept), nil
}
