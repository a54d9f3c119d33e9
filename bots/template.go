package bots

import (
	"context"

	"besedka/core/chat"
)

// Templater is an Adapter whose messenger takes templates outside its window.
type Templater interface {
	Adapter
	// SendTemplate is Send for a template. ErrTemplate is the answer when the messenger
	// knows none such, or does not take it now.
	SendTemplate(ctx context.Context, peer, id string, t chat.Template) (external string, err error)
	// Templates are those that the account has.
	Templates(ctx context.Context) ([]Approved, error)
}

// Approved is a template as the messenger has it. Status is its own word: APPROVED is the
// only one that lets the template go.
type Approved struct {
	Name, Lang string
	Status     string
	Category   string // utility, marketing or authentication
	Body       string // with {{1}}, {{2}} and so on
}
