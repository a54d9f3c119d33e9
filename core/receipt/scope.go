package receipt

import (
	"context"
	"fmt"
	"slices"

	"besedka/core/member"
	"besedka/core/staff"
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

// Seen keeps of a list what is about receipts that are for a person to see. Of tells which
// receipt a row is about.
func Seen[T any](ctx context.Context, q storage.Querier, by staff.Person, rows []T, of func(T) int64) ([]T, error) {
	if len(by.Partners) == 0 || len(rows) == 0 {
		return rows, nil
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = of(r)
	}
	partners, err := PartnersOf(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(r T) bool { return !by.Sees(partners[of(r)]) }), nil
}

// MaySee says whether one receipt is for a person to see.
func MaySee(ctx context.Context, q storage.Querier, by staff.Person, id int64) (bool, error) {
	seen, err := Seen(ctx, q, by, []int64{id}, func(id int64) int64 { return id })
	return len(seen) > 0, err
}

// SeenStory leaves out of a member's story the receipts that are not for a person to see.
func SeenStory(ctx context.Context, q storage.Querier, by staff.Person, events []member.Event) ([]member.Event, error) {
	if len(by.Partners) == 0 {
		return events, nil
	}
	var ids []int64
	for _, e := range events {
		if e.Kind == member.EventReceipt {
			ids = append(ids, e.Ref)
		}
	}
	partners, err := PartnersOf(ctx, q, ids)
	return slices.DeleteFunc(events, func(e member.Event) bool { return e.Kind == member.EventReceipt && !by.Sees(partners[e.Ref]) }), err
}

// OfPhoto are the receipts that a picture was sent as.
func OfPhoto(ctx context.Context, q storage.Querier, photo string) ([]int64, error) {
	rows, err := storage.Collect[idRow](ctx, q, qOfPhoto, photo)
	if err != nil {
		return nil, fmt.Errorf("receipts of photo %s: %w", photo, err)
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids, nil
}
