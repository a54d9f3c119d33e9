package partner

import (
	"context"
	"fmt"
	"time"

	"besedka/core/partner/book"
	"besedka/storage"
)

// Places are the stores in which receipts were made, by receipt; those of which none
// is known are left out.
func Places(ctx context.Context, q storage.Querier, receipts []int64) (map[int64]Place, error) {
	rows, err := storage.Collect[placeRow](ctx, q, qPlaces, receipts)
	if err != nil {
		return nil, fmt.Errorf("places of receipts: %w", err)
	}
	places := make(map[int64]Place, len(rows))
	for _, r := range rows {
		places[r.Receipt] = Place{Partner: r.Partner, Store: r.Store, Format: r.Format, Category: r.Category, Zone: r.Zone}
	}
	return places, nil
}

// Found is what was found of the place of a receipt.
type Found struct {
	Verdict  book.Verdict `db:"verdict"`
	Partner  string       `db:"partner"` // "" unless accepted, as the following
	Store    string       `db:"store"`
	Format   string       `db:"format"`
	Category string       `db:"category"`
	Zone     string       `db:"zone"`
	Decision int64        `db:"decision_id"` // a person's, that stands for its address now; 0 for none
	Trace    []byte       `db:"trace"`
	Task     int64        `db:"task_id"` // that asks a person about its address; 0 for none
}

// Find is the place of a receipt; storage.ErrNotFound before it is verified, and when
// the programme had no partners then.
func Find(ctx context.Context, q storage.Querier, receipt int64) (Found, error) {
	f, err := storage.One[Found](ctx, q, qFind, receipt)
	if err != nil {
		return f, fmt.Errorf("place of receipt %d: %w", receipt, err)
	}
	return f, nil
}

// Waiting is an address that a person is asked about.
type Waiting struct {
	Task       int64      `db:"id"`
	INN        string     `db:"inn"`
	Receipt    int64      `db:"receipt_id"` // to look at
	Receipts   int64      `db:"receipts"`   // that wait, countMost at most
	Trace      []byte     `db:"trace"`      // of that one
	Created    time.Time  `db:"created_at"`
	TakenBy    int64      `db:"taken_by"`
	TakenUntil *time.Time `db:"taken_until"`
}

// countMost is up to how many receipts of an address are counted.
const countMost = 1000

// Unknown are up to limit addresses that people are asked about, in the order in which
// the tasks came, behind the task after (0: from the first).
func Unknown(ctx context.Context, q storage.Querier, after int64, limit int) ([]Waiting, error) {
	rows, err := storage.Collect[Waiting](ctx, q, qUnknown, after, limit, countMost)
	if err != nil {
		return nil, fmt.Errorf("places that wait for a person: %w", err)
	}
	return rows, nil
}

// PlaceOf is the store of an id in the programme in force; storage.ErrNotFound when it
// has no such store.
func (s *Service) PlaceOf(ctx context.Context, q storage.Querier, store string) (Place, error) {
	e, err := s.current(ctx, q)
	if err != nil {
		return Place{}, fmt.Errorf("store %s: %w", store, err)
	}
	if e.Book == nil || e.Store(store) == nil {
		return Place{}, fmt.Errorf("store %s: %w", store, storage.ErrNotFound)
	}
	return e.Store(store).Place(), nil
}
