package api

import (
	"context"
	"fmt"

	"besedka/core/support"
	"besedka/storage"
)

// notesPage is one page of GET /conversations/{id}/notes. Next is the after of the page
// behind it; absent on the last one.
type notesPage struct {
	Notes []support.Note `json:"notes"`
	Next  int64          `json:"next,omitempty"`
}

// listNotes shows what colleagues wrote down about a conversation, newest first.
func (a *api) listNotes(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	after, err := c.after()
	if err != nil {
		return nil, err
	}
	_, key, err := a.Door.Person(c.ctx, id)
	if err != nil {
		return nil, err
	}
	rows, err := support.Notes(c.ctx, a.DB, id, key, after, pageRows+1)
	if err != nil {
		return nil, err
	}
	shown, next := page(rows, func(n support.Note) int64 { return n.ID })
	return notesPage{shown, next}, a.looked(c, "conversations.read", fmt.Sprintf("conversation/%d", id))
}

// keptNote is the answer of POST /conversations/{id}/notes.
type keptNote struct {
	Note int64 `json:"note"`
}

// writeNote keeps a note for colleagues; the shopper never sees it.
func (a *api) writeNote(c call) (act, error) {
	var asked struct {
		Text string `json:"text"`
	}
	id, err := c.conversation(&asked)
	if err != nil {
		return nil, err
	}
	if err := written(asked.Text); err != nil {
		return nil, err
	}
	_, key, err := a.Door.Person(c.ctx, id)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		note, err := support.WriteTx(ctx, tx, c.now, id, c.by.ID, key, asked.Text)
		if err != nil {
			return nil, err
		}
		return keptNote{note}, c.log(ctx, tx, "conversations.note", id, map[string]any{"note": note})
	}, nil
}
