package studio

import (
	"context"
	"fmt"
	"io/fs"

	"besedka/core/release"
	"besedka/core/source"
	"besedka/flows"
	"besedka/storage"
)

// Press puts releases in force for people of the staff. Again says that a release was
// in force before: who waits finishes where they are, and what the check has learnt
// since does not stop who goes back.
type Press struct {
	// Outlook tells who waits where, and what becomes of them; with any of Stranded
	// nothing is published.
	Outlook func(ctx context.Context, programme *flows.Programme, again bool) (Outlook, error)
	// PublishTx checks a folder and puts it in force, with the audit, in tx. Mistakes are
	// an *Unpublishable; release.ErrMoved says that another one is in force than Live.
	// Of what is in force already nothing is changed.
	PublishTx func(ctx context.Context, tx storage.Tx, o release.Order, folder fs.FS, again bool) (changed bool, err error)
	// Follow lets this process go on in what is in force.
	Follow func(ctx context.Context) error
	// People are how many wait, by flow/step.
	People func(ctx context.Context) (map[string]int64, error)
}

// Outlook is what publishing would mean for who waits.
type Outlook struct {
	Waiting  []source.Text
	Stranded []*source.Problem
}

// Unpublishable is the answer to a folder with mistakes.
type Unpublishable struct{ Problems []*source.Problem }

func (u *Unpublishable) Error() string {
	return fmt.Sprintf("%d mistakes keep it from being published; the first: %s", len(u.Problems), u.Problems[0])
}
