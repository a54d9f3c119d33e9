package receipt

import (
	"context"
	"fmt"

	"besedka/core/staff"
	"besedka/storage"
)

// MaySee says whether any of some receipts is for a person to see. One that was made nobody
// knows where is for who works for all partners.
func MaySee(ctx context.Context, q storage.Querier, by staff.Person, ids ...int64) (bool, error) {
	if len(by.Partners) == 0 {
		return true, nil
	}
	seen, err := storage.Value[bool](ctx, q, qMadeAt, ids, by.Partners)
	if err != nil {
		return false, fmt.Errorf("partners of receipts: %w", err)
	}
	return seen, nil
}

// MaySeePhoto says whether a picture is for a person to see: any receipt that it was sent as
// is. A picture that is of no receipt, as what is said in a talk may be, is for whom loose says.
func MaySeePhoto(ctx context.Context, q storage.Querier, by staff.Person, photo string, loose bool) (bool, error) {
	if len(by.Partners) == 0 {
		return true, nil
	}
	rows, err := storage.Collect[idRow](ctx, q, qOfPhoto, photo)
	if err != nil {
		return false, fmt.Errorf("receipts of photo %s: %w", photo, err)
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	if len(ids) == 0 {
		return loose, nil
	}
	return MaySee(ctx, q, by, ids...)
}
