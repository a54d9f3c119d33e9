package conversation

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// What is put aside lies under the master key, because nobody knows whose it
// is, and so outlives an erasure. It may for as long as one needs to look into it.
var quarantined = storage.Retention{Kept: 30 * 24 * time.Hour, Delete: qQuarantineForget, Eldest: qQuarantineEldest}

// QuarantineStep deletes updates that were put aside too long ago.
func (s *Service) QuarantineStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	worked, next, err = quarantined.Step(ctx, s.db, now)
	if err != nil {
		err = fmt.Errorf("forget what was put aside: %w", err)
	}
	return worked, next, err
}
