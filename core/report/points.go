package report

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// Points are what moved of a currency, in minor units, less what was taken back: what
// was issued less what was spent and expired is what members' balances grew by.
type Points struct {
	Currency string `db:"currency"`
	Issued   int64  `db:"issued"`
	Spent    int64  `db:"spent"`
	Expired  int64  `db:"expired"`
}

// PointsBetween are the points moved from an instant until before another, by
// currency; a currency that did not move is left out.
func PointsBetween(ctx context.Context, q storage.Querier, from, until time.Time) ([]Points, error) {
	rows, err := storage.Collect[Points](ctx, q, qPoints, from, until)
	if err != nil {
		return nil, fmt.Errorf("points moved from %s until %s: %w", from, until, err)
	}
	return rows, nil
}
