package api

import (
	"context"
	"fmt"
	"strings"

	"besedka/core/prize"
	"besedka/core/prize/showcase"
	"besedka/core/staff"
	"besedka/storage"
)

// prizeList is the answer of GET /prizes.
type prizeList struct {
	Prizes []prize.Shelf `json:"prizes"`
}

// listPrizes shows how much there is of everything.
func (a *api) listPrizes(c call) (any, error) {
	shelves, err := a.Prizes.Shelves(c.ctx, a.DB)
	return prizeList{shelves}, err
}

// stockChange is the body of POST /prizes/{prize}/stock.
type stockChange struct {
	Change int64  `json:"change"`
	Reason string `json:"reason"`
}

// stocked is its answer.
type stocked struct {
	Prize string `json:"prize"`
	Stock int64  `json:"stock"`
}

// maxChange is more than anybody brings in at once.
const maxChange = 1_000_000

// changeStock adds pieces of a prize, or takes some away.
func (a *api) changeStock(c call) (act, error) {
	id := c.r.PathValue("prize")
	var in stockChange
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	switch {
	case !showcase.GoodID(id):
		return nil, storage.ErrNotFound
	case in.Change == 0 || in.Change > maxChange || in.Change < -maxChange:
		return nil, invalid{"change is how many pieces come (above zero) or go (below), a million at most"}
	case reasonless(in.Reason):
		return nil, invalid{"give the reason in words: it stays in the record"}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		stock, err := a.Prizes.StockTx(ctx, tx, id, in.Change)
		if err != nil {
			return nil, err
		}
		err = staff.AuditTx(ctx, tx, c.now, staff.Act{
			Staff: c.by.ID, Act: "prizes.stock", Object: "prize/" + id, Detail: map[string]any{"change": in.Change, "stock": stock, "reason": in.Reason},
		})
		return stocked{id, stock}, err
	}, nil
}

func reasonless(text string) bool { return strings.TrimSpace(text) == "" || !storable(text) }

// codesGiven is the body of POST /prizes/pools/{pool}/codes.
type codesGiven struct {
	Codes []string `json:"codes"`
}

// addCodes puts codes into a pool; those that were there are not added again.
func (a *api) addCodes(c call) (act, error) {
	pool := c.r.PathValue("pool")
	var in codesGiven
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if !showcase.GoodID(pool) {
		return nil, invalid{"a pool is called by letters, digits and _, a letter first"}
	}
	if len(in.Codes) == 0 || len(in.Codes) > prize.MaxCodes {
		return nil, invalid{fmt.Sprintf("give 1 to %d codes", prize.MaxCodes)}
	}
	for i, code := range in.Codes {
		if !prize.GoodCode(code) {
			return nil, invalid{fmt.Sprintf("code %d is empty, or longer than %d bytes", i+1, prize.MaxCode)}
		}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		added, err := a.Prizes.AddCodesTx(ctx, tx, c.now, pool, in.Codes)
		if err != nil {
			return nil, err
		}
		err = staff.AuditTx(ctx, tx, c.now, staff.Act{
			Staff: c.by.ID, Act: "prizes.codes", Object: "pool/" + pool, Detail: map[string]any{"added": added.Added, "known": added.Known},
		})
		return added, err
	}, nil
}
