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

// Count finds the facts about a receipt. judged is whether a person has decided a
// suspicion about it before: then nothing is asked again.
func Count(ctx context.Context, tx storage.Tx, s Subject) (f Facts, judged bool, err error) {
	_, offset := s.Uploaded.Zone()
	row, err := storage.One[countRow](ctx, tx, qCount, s.Receipt, s.Member, s.Uploaded, s.Uploaded.Add(-24*time.Hour), offset, nearBy)
	if err != nil {
		return Facts{}, false, fmt.Errorf("count facts about receipt %d: %w", s.Receipt, err)
	}
	return row.Facts, row.Judged, nil
}

type countRow struct {
	Facts
	Judged bool `db:"judged"`
}
