package fraud

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// Subject is a receipt to count around, locked by the caller.
type Subject struct {
	Receipt  int64
	Member   int64     // whose it is by now
	Uploaded time.Time // in the zone whose nights count
}

// Past is what people have had to say of a receipt.
type Past struct {
	Judged  bool `db:"judged"`  // a person has decided a suspicion about it: nothing is asked again
	Doubted bool `db:"doubted"` // one is being asked, or has refused the very document to this member
}

// Count finds the facts about a receipt, and what people said of it.
func Count(ctx context.Context, tx storage.Tx, s Subject) (Facts, Past, error) {
	_, offset := s.Uploaded.Zone()
	row, err := storage.One[countRow](ctx, tx, qCount, s.Receipt, s.Member, s.Uploaded, s.Uploaded.Add(-24*time.Hour), offset, nearBy, s.Uploaded.Add(-lately))
	if err != nil {
		return Facts{}, Past{}, fmt.Errorf("count facts about receipt %d: %w", s.Receipt, err)
	}
	return row.Facts, row.Past, nil
}

type countRow struct {
	Facts
	Past
}
