package catalogue

import (
	"slices"
	"strings"
)

// Limits of a catalogue.
const (
	MaxCategories = 500
	MaxBrands     = 500
	MaxProducts   = 2000
	MaxSpellings  = 50 // in one list
	MaxText       = 60 // characters of a spelling or a title
)

// A Catalogue is what can be found in receipts. It is never changed, so any
// number of receipts may be matched at once.
type Catalogue struct {
	Categories []Category // as written
	Products   []*Product // as written
	byGTIN     map[string]*Product
	byID       map[string]*Product
	longest    int // words of a spelling
}

// A Category is a branch of the tree: dairy.yogurt.premium is one of dairy.yogurt
// and of dairy.
type Category struct{ ID, Name string }

// Title is the name of a category; "" when there is none.
func (c *Catalogue) Title(category string) string {
	at := slices.IndexFunc(c.Categories, func(other Category) bool { return other.ID == category })
	if at < 0 {
		return ""
	}
	return c.Categories[at].Name
}

// A Product is one entry of the catalogue.
type Product struct {
	ID       string
	Name     string
	Category string // "" for none

	brand    []spelling // of none: by GTIN alone
	kinds    []spelling // any of; none: of any kind
	excludes []spelling // none of
	packs    []measure  // any of; none: in any pack
	fats     []measure
}

// Product returns the product of an id, nil when there is none.
func (c *Catalogue) Product(id string) *Product { return c.byID[id] }

// ByGTIN returns the product of a GTIN as Asked tells it, nil when there is none.
func (c *Catalogue) ByGTIN(gtin string) *Product { return c.byGTIN[gtin] }

// depth is how deep in the tree the product stands.
func (p *Product) depth() int {
	if p.Category == "" {
		return 0
	}
	return 1 + strings.Count(p.Category, ".")
}
