//go:build !nowhatsmeow

package whatsapp

import (
	"context"

	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
)

// nameless keeps nobody's name: the library would put it beside the number, in
// clear, for ever.
type nameless struct{ store.ContactStore }

// PutPushName implements store.ContactStore, as do the others.
func (nameless) PutPushName(context.Context, types.JID, string) (bool, string, error) {
	return false, "", nil
}

// PutBusinessName keeps nothing.
func (nameless) PutBusinessName(context.Context, types.JID, string) (bool, string, error) {
	return false, "", nil
}

// PutContactName keeps nothing.
func (nameless) PutContactName(context.Context, types.JID, string, string) error { return nil }

// PutAllContactNames keeps nothing.
func (nameless) PutAllContactNames(context.Context, []store.ContactEntry) error { return nil }

// PutManyRedactedPhones keeps nothing.
func (nameless) PutManyRedactedPhones(context.Context, []store.RedactedPhoneEntry) error { return nil }
