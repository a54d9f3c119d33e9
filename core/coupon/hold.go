package coupon

import (
	"context"
	"fmt"

	"besedka/storage"
)

// Key names a pool of a member.
type Key struct {
	Campaign string
	Pool     string
	Window   string
}

// Standing is what a pool has so far.
type Standing struct {
	Sum       int64 // kopecks
	Live      int64 // coupons
	Forfeited int64
}

// HoldTx keeps pools of a member as they are until the end of the transaction, and tells
// what they have: what a campaign decides by that is what AddTx then does. The caller
// holds the member, and comes here before it touches the ledger.
func HoldTx(ctx context.Context, tx storage.Tx, member int64, keys []Key) (map[Key]Standing, error) {
	campaigns, names, windows := make([]string, len(keys)), make([]string, len(keys)), make([]string, len(keys))
	for i, k := range keys {
		campaigns[i], names[i], windows[i] = k.Campaign, k.Pool, k.Window
	}
	pools, err := storage.Collect[pool](ctx, tx, qOpenPools, member, campaigns, names, windows)
	if err != nil {
		return nil, fmt.Errorf("hold pools of member %d: %w", member, err)
	}
	found := map[Key]Standing{}
	for _, p := range pools {
		found[Key{p.Campaign, p.Name, p.Window}] = Standing{p.Sum, p.Live, p.Forfeited}
	}
	return found, nil
}
