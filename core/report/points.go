package report

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// Points are what moved of a currency, in minor units, less what was taken back: what
// was issued less what was spent and expired is what members' accounts grew by. Held is
// what is reserved for orders and bills now, of whatever day.
type Points struct {
	Currency string `db:"currency" json:"currency"`
	Issued   int64  `db:"issued" json:"issued"`
	Spent    int64  `db:"spent" json:"spent"`
	Expired  int64  `db:"expired" json:"expired"`
	Held     int64  `db:"held" json:"held"`
}

// points are those moved from an instant until before another, by currency; one that
// neither moved nor is held is left out.
func (r reading) points(ctx context.Context, from, until time.Time) ([]Points, error) {
	rows, err := storage.Collect[Points](ctx, r.tx, qPoints, from, until)
	if err != nil {
		return nil, fmt.Errorf("points moved: %w", err)
	}
	return rows, nil
}

// Coupons are those of a campaign that were issued in the day, and those that became
// void in it, whenever they were issued.
type Coupons struct {
	Campaign string `db:"campaign_id" json:"campaign"`
	Issued   int64  `db:"issued" json:"issued"`
	Void     int64  `db:"void" json:"void"`
}

func (r reading) coupons(ctx context.Context) ([]Coupons, error) {
	rows, err := storage.Collect[Coupons](ctx, r.tx, qCoupons, r.from, r.until)
	if err != nil {
		return nil, fmt.Errorf("coupons: %w", err)
	}
	return rows, nil
}
