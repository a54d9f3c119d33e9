package ledger

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// Lot is what is left of points given together.
type Lot struct {
	Currency  string     `db:"currency" json:"currency"`
	Remaining int64      `db:"remaining" json:"remaining"` // minor units, what is held among them
	Held      int64      `db:"held" json:"held,omitempty"`
	Available time.Time  `db:"available_at" json:"available"` // before it they cannot be spent
	Expires   *time.Time `db:"expires_at" json:"expires,omitempty"`
	Frozen    bool       `db:"frozen" json:"frozen,omitempty"` // until the card is active again
}

// Lots are up to limit of those that a member has open, in the order in which they are spent.
func Lots(ctx context.Context, q storage.Querier, now time.Time, member int64, limit int) ([]Lot, error) {
	lots, err := storage.Collect[Lot](ctx, q, qLots, member, now, limit)
	if err != nil {
		return nil, fmt.Errorf("lots of member %d: %w", member, err)
	}
	return lots, nil
}
