package product

import (
	"context"
	"fmt"

	"besedka/core/product/catalogue"
	"besedka/storage"
)

// Found is what is known of a line of goods for certain, or that a person will say.
type Found struct {
	Place    int    // in the contents, from 0
	Product  string // "" for none of the catalogue, and while it is unsure
	Category string // of the product, by the catalogue in force; "" for none
	Title    string // of the category
	Unsure   bool
}

// FoundIn are the lines of goods of receipts, in order; none before one is verified,
// and when there is no catalogue.
func (s *Service) FoundIn(ctx context.Context, q storage.Querier, receipts []int64) (map[int64][]Found, error) {
	c, err := s.current(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("goods of receipts: %w", err)
	}
	rows, err := storage.Collect[foundRow](ctx, q, qFound, receipts)
	if err != nil {
		return nil, fmt.Errorf("goods of receipts: %w", err)
	}
	all := map[int64][]Found{}
	for _, r := range rows {
		all[r.Receipt] = append(all[r.Receipt], c.found(r))
	}
	return all, nil
}

func (c edition) found(r foundRow) Found {
	f := Found{Place: r.Line, Unsure: r.Verdict == catalogue.Unsure}
	if r.Verdict != catalogue.Accepted {
		return f
	}
	f.Product = r.Product
	if c.Catalogue != nil {
		if p := c.Product(r.Product); p != nil {
			f.Category, f.Title = p.Category, c.Title(p.Category)
		}
	}
	return f
}

// Unsure are those of receipts of which a line waits for a person.
func Unsure(ctx context.Context, q storage.Querier, receipts []int64) (map[int64]bool, error) {
	rows, err := storage.Collect[unsureRow](ctx, q, qUnsure, receipts)
	if err != nil {
		return nil, fmt.Errorf("look for unsure lines of receipts: %w", err)
	}
	unsure := make(map[int64]bool, len(rows))
	for _, r := range rows {
		unsure[r.Receipt] = true
	}
	return unsure, nil
}
