package console

import (
	"context"

	"github.com/a-h/templ"

	"besedka/core/staff"
)

// Section is a part of the console. The bar leads to its first route.
type Section struct {
	Name   string // its title is the text console.sections.<Name>
	Routes []Route
	Whole  bool // not for who works for some partners only
	Topics []Topic
	Body   int64            // bytes that a request may hold; 0: as many as a form does
	Files  map[string]int64 // by path: as Body, of a request that brings a file
}

// Route is one address. It serves those who have its permission and nobody else.
type Route struct {
	Method, Path string // a pattern of http.ServeMux: /console/audit
	Permission   staff.Permission
	Serve        func(v *Visit) error
}

// What is no permission of a role and is declared all the same.
const (
	SignedIn staff.Permission = "console.signed_in" // whatever their roles are
	Anybody  staff.Permission = "console.anybody"   // who has not signed in, too
)

// Topic is a piece of pages that changes by itself. Any process may change it: open
// pages ask for its mark every second.
type Topic struct {
	Name       string
	Permission staff.Permission
	// Mark changes whenever the piece does, and is cheap to tell. Of is what stood behind
	// the colon: 17 in thread:17.
	Mark func(ctx context.Context, of string) (string, error)
	// Piece is drawn in place of what stood in the element. Since is the mark the reader
	// has, "" for none.
	Piece func(v *Visit, of, since string) (templ.Component, error)
}

// may says whether whoever visits has the permission.
func (v *Visit) may(p staff.Permission) bool {
	switch p {
	case Anybody:
		return true
	case SignedIn:
		return v.By.ID != 0
	}
	return v.By.May(p)
}
