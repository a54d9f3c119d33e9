package prize

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"besedka/core/ledger"
	"besedka/core/prize/showcase"
	"besedka/core/seal"
	"besedka/storage"
)

// Card is one prize of the showcase as a member sees it.
type Card struct {
	*showcase.Prize
	Cost     int64 // minor units
	Currency string
	Missing  int64 // that the member has too little; 0 when it is enough
	Out      bool  // there is none left
	Had      bool  // the member has as many as one may have
	N, Of    int   // which one of how many, from 1
}

// Look is who looks at the showcase, and where: at the prize of N, from 1.
type Look struct {
	Member   int64
	Segments []string
	N        int
	At       time.Time
}

// Show returns a card; false when there is nothing for this member. Past the last one
// it begins anew.
func (s *Service) Show(ctx context.Context, q storage.Querier, l Look) (Card, bool, error) {
	shown := s.shown(l.Segments, l.At)
	if len(shown) == 0 {
		return Card{}, false, nil
	}
	i := max(l.N-1, 0) % len(shown)
	c, err := s.card(ctx, q, shown[i], l)
	c.N, c.Of = i+1, len(shown)
	if err != nil {
		return c, false, fmt.Errorf("show prize %s: %w", c.ID, err)
	}
	return c, true, nil
}

func (s *Service) card(ctx context.Context, q storage.Querier, p *showcase.Prize, l Look) (Card, error) {
	c := Card{Prize: p}
	c.Cost, c.Currency = s.Price(p)
	b, err := ledger.BalanceOf(ctx, q, l.At, l.Member, c.Currency)
	if err != nil {
		return c, err
	}
	c.Missing = max(0, c.Cost-b.Points)
	left, err := storage.Value[bool](ctx, q, qLeft, p.ID, p.Pool)
	if err != nil {
		return c, err
	}
	c.Out = !left
	err = s.within(ctx, q, p, l.Member, l.At)
	if c.Had = errors.Is(err, ErrLimit); c.Had {
		err = nil
	}
	return c, err
}

// Own is an order as its member sees it.
type Own struct {
	Order
	Code   string // of the prize or for the desk; "" when there is none, or no key any more
	Before int64  // the member's order before it, 0 for none
}

type ownRow struct {
	Order
	Secret  []byte `db:"secret"`
	Wrapped []byte `db:"wrapped_key"`
	Before  *int64 `db:"before"`
}

// Own returns the member's order of an id; 0 is the latest one. None is
// storage.ErrNotFound.
func (s *Service) Own(ctx context.Context, q storage.Querier, member, order int64) (Own, error) {
	r, err := storage.One[ownRow](ctx, q, qOwn, member, order)
	if err != nil {
		return Own{}, fmt.Errorf("order %d of member %d: %w", order, member, err)
	}
	own := Own{Order: r.Order}
	if r.Before != nil {
		own.Before = *r.Before
	}
	own.Code, err = s.open(secretKind, r.Wrapped, r.Secret)
	return own, err
}

// open reads what is sealed under a subject's key; "" once that was destroyed.
func (s *Service) open(kind string, wrapped, sealed []byte) (string, error) {
	if sealed == nil {
		return "", nil
	}
	key, err := s.Keys.Unwrap(wrapped)
	if errors.Is(err, seal.ErrErased) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	text, err := key.Open(kind, sealed)
	return string(text), err
}

// Filter chooses orders; zero fields choose all.
type Filter struct {
	State    State
	Member   int64
	Partners []string // leaves out what receipts made at others have won; none: nothing
}

// LatestOf are up to limit of a member's orders, the last first; partners as in Filter.
func LatestOf(ctx context.Context, q storage.Querier, member int64, limit int, partners ...string) ([]Order, error) {
	orders, err := storage.Collect[Order](ctx, q, qLatestOf, partners, member, limit)
	if err != nil {
		return nil, fmt.Errorf("orders of member %d: %w", member, err)
	}
	return orders, nil
}

// Orders returns up to limit orders behind the id after, in the order they were made.
func Orders(ctx context.Context, q storage.Querier, f Filter, after int64, limit int) ([]Order, error) {
	sql := qOrders
	switch {
	case f.Member != 0:
		sql = qOrdersOf
	case f.State != "":
		sql = qOrdersIn
	}
	orders, err := storage.Collect[Order](ctx, q, sql, f.Partners, f.Member, f.State, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list orders: %w", err)
	}
	return orders, nil
}

// Event is one step in an order's life.
type Event struct {
	State  State     `db:"state" json:"state"`
	Staff  *int64    `db:"staff_id" json:"staff,omitempty"`
	Reason string    `db:"reason" json:"reason,omitempty"`
	At     time.Time `db:"at" json:"at"`
}

// History returns an order and how it came to where it is.
func History(ctx context.Context, q storage.Querier, id int64) (Order, []Event, error) {
	o, err := storage.One[Order](ctx, q, qOrder, id)
	if err != nil {
		return o, nil, fmt.Errorf("order %d: %w", id, err)
	}
	events, err := storage.Collect[Event](ctx, q, qEvents, id)
	return o, events, err
}

// Address opens where a parcel goes; "" once its owner was erased.
func (s *Service) Address(ctx context.Context, q storage.Querier, order int64) (string, error) {
	r, err := storage.One[addressRow](ctx, q, qAddress, order)
	if err != nil {
		return "", fmt.Errorf("address of order %d: %w", order, err)
	}
	return s.open(addressKind, r.Wrapped, r.Address)
}

type addressRow struct {
	Address []byte `db:"address"`
	Wrapped []byte `db:"wrapped_key"`
}

// Shelf is how much there is of a prize.
type Shelf struct {
	Prize string `json:"prize"`
	Name  string `json:"name,omitempty"` // "" when the showcase has it no more
	Stock int64  `json:"stock"`          // pieces, or free codes of its pool
	Pool  string `json:"pool,omitempty"`
}

type stockRow struct {
	Key   string `db:"key"`
	Stock int64  `db:"stock"`
}

// Shelves returns how much there is of every prize of the showcase, and of those that
// it has no more.
func (s *Service) Shelves(ctx context.Context, q storage.Querier) ([]Shelf, error) {
	stock, err := counted(ctx, q, qStocks)
	if err != nil {
		return nil, err
	}
	codes, err := counted(ctx, q, qFree)
	if err != nil {
		return nil, err
	}
	shelves := []Shelf{}
	if all := s.Showcase(); all != nil {
		for _, p := range all.Prizes {
			one := Shelf{Prize: p.ID, Name: p.Name.In(""), Stock: stock[p.ID], Pool: p.Pool}
			if p.Pool != "" {
				one.Stock = codes[p.Pool]
			}
			delete(stock, p.ID)
			shelves = append(shelves, one)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(stock)) {
		shelves = append(shelves, Shelf{Prize: id, Stock: stock[id]})
	}
	return shelves, nil
}

// Stocked is how much there is of every prize, by its name.
func Stocked(shelves []Shelf) map[string]int64 {
	stock := make(map[string]int64, len(shelves))
	for _, s := range shelves {
		if s.Name != "" {
			stock[s.Prize] = s.Stock
		}
	}
	return stock
}

func counted(ctx context.Context, q storage.Querier, sql string) (map[string]int64, error) {
	rows, err := storage.Collect[stockRow](ctx, q, sql)
	if err != nil {
		return nil, fmt.Errorf("count stock: %w", err)
	}
	stock := map[string]int64{}
	for _, r := range rows {
		stock[r.Key] = r.Stock
	}
	return stock, nil
}
