package conversation

import (
	"context"
	"fmt"

	"besedka/storage"
)

// Backlog counts what is not done, over all conversations.
type Backlog struct {
	Fetching int64 `db:"fetching"` // photos on their way
	Ready    int64 `db:"ready"`    // waiting for a turn
	Solo     int64 `db:"solo"`     // waiting for a turn alone
	Parked   int64 `db:"parked"`   // given up: a person must look

	Pending int64 `db:"pending"` // to be sent
	Unknown int64 `db:"unknown"` // sent or not, nobody can say

	Quarantined int64 `db:"quarantined"` // updates nobody could decode
}

// Backlog counts by partial indexes, whatever the number of done rows.
func (s *Service) Backlog(ctx context.Context) (Backlog, error) {
	b, err := storage.One[Backlog](ctx, s.db, qBacklog)
	if err != nil {
		return Backlog{}, fmt.Errorf("count what is not done in conversations: %w", err)
	}
	return b, nil
}
