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

// FoundIn are the lines of goods of a receipt in order; none before it is verified,
// and when there is no catalogue.
func (s *Service) FoundIn(ctx context.Context, q storage.Querier, receipt int64) ([]Found, error) {
	c, err := s.current(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("goods of receipt %d: %w", receipt, err)
	}
	rows, err := storage.Collect[foundRow](ctx, q, qFound, receipt)
	if err != nil {
		return nil, fmt.Errorf("goods of receipt %d: %w", receipt, err)
	}
	all := make([]Found, len(rows))
	for i, r := range rows {
		all[i] = c.found(r)
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

// Unsure says whether a line of a receipt waits for a person.
func Unsure(ctx context.Context, q storage.Querier, receipt int64) (bool, error) {
	unsure, err := storage.Value[bool](ctx, q, qUnsure, receipt)
	if err != nil {
		return false, fmt.Errorf("look for unsure lines of receipt %d: %w", receipt, err)
	}
	return unsure, nil
}
