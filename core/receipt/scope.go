package receipt

import (
	"context"
	"fmt"

	"besedka/storage"
)

type madeRow struct {
	Receipt int64  `db:"receipt_id"`
	Partner string `db:"partner"`
}

// PartnersOf are the partners at whom receipts were made; one whose partner nobody knows yet
// is missing.
func PartnersOf(ctx context.Context, q storage.Querier, receipts []int64) (map[int64]string, error) {
	rows, err := storage.Collect[madeRow](ctx, q, qPartnersOf, receipts)
	if err != nil {
		return nil, fmt.Errorf("partners of receipts: %w", err)
	}
	partners := map[int64]string{}
	for _, r := range rows {
		partners[r.Receipt] = r.Partner
	}
	return partners, nil
}
