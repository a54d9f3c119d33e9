package letter

import (
	"context"
	"fmt"
	"time"

	"besedka/core/consent"
	"besedka/storage"
)

// State is where a letter stands.
type State string

// The states. Sent is the provider's, delivered and failed are the end of the way, unknown is what may
// have been sent and is not sent again.
const (
	Pending   State = "pending"
	Sent      State = "sent"
	Delivered State = "delivered"
	Failed    State = "failed"
	Unknown   State = "unknown"
)

// Mark is what became of a letter.
type Mark struct {
	ID       int64
	State    State
	Due      time.Time // of a pending one: the next attempt; of a sent one: when to ask what became of it, zero for never
	Tried    bool      // an attempt was made
	Doubt    bool      // which may have reached the provider
	External string    // the provider's own name of it
	Reason   string    // never words of the letter
}

// Mark records what became of a letter and lets go of it. What was erased or ended
// meanwhile stays so.
func (s *Service) Mark(ctx context.Context, now time.Time, m Mark) error {
	return markIn(ctx, s.DB, now, m)
}

func markIn(ctx context.Context, q storage.Querier, now time.Time, m Mark) error {
	tried := 0
	if m.Tried {
		tried = 1
	}
	_, err := q.Exec(ctx, qMark, m.ID, m.State, storage.OrNull(m.Due), tried, m.Doubt, m.External, m.Reason, now)
	if err != nil {
		return fmt.Errorf("mark letter %d: %w", m.ID, err)
	}
	return nil
}

// Waiting is how many letters of a medium are not sent yet, and how many may or may not
// have been.
type Waiting struct {
	Medium consent.Medium `db:"medium"`
	State  State          `db:"state"`
	N      int64          `db:"n"`
}

// Backlog counts what waits and what nobody knows of.
func Backlog(ctx context.Context, q storage.Querier) ([]Waiting, error) {
	rows, err := storage.Collect[Waiting](ctx, q, qBacklog)
	if err != nil {
		return nil, fmt.Errorf("count letters: %w", err)
	}
	return rows, nil
}

// DoubtAllTx is for whoever restores a backup: what waited when it was made may have
// been sent since.
func DoubtAllTx(ctx context.Context, tx storage.Tx) error {
	if _, err := tx.Exec(ctx, qDoubtAll); err != nil {
		return fmt.Errorf("doubt what waited: %w", err)
	}
	return nil
}
