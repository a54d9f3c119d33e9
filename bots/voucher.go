package bots

import "errors"

// Voucher is an Adapter whose messenger opens our pages inside itself and tells them,
// provably, who looks at them.
type Voucher interface {
	Adapter
	// Vouch is the peer whom data names, which is what the messenger gave the page.
	// ErrNotVouched when the messenger did not say so, or said so too long ago.
	Vouch(data string) (peer string, err error)
}

// ErrNotVouched is the answer to data that prove nothing.
var ErrNotVouched = errors.New("the messenger does not vouch for it")
