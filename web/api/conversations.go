package api

import (
	"context"
	"fmt"

	"besedka/core/conversation"
	"besedka/core/staff"
	"besedka/storage"
)

// heldPage is one page of GET /conversations. Next is the after of the page
// behind it; absent on the last one.
type heldPage struct {
	Conversations []conversation.Held `json:"conversations"`
	Next          int64               `json:"next,omitempty"`
}

// listHeld shows the conversations that people have.
func (a *api) listHeld(c call) (any, error) {
	after, err := c.after()
	if err != nil {
		return nil, err
	}
	rows, err := conversation.Helds(c.ctx, a.DB, after, pageRows+1)
	shown, next := page(rows, func(h conversation.Held) int64 { return h.ID })
	return heldPage{shown, next}, err
}

// givenBack is the answer of POST /conversations/{id}/give-back.
type givenBack struct {
	Conversation int64 `json:"conversation"`
}

// giveBack lets the bot speak again.
func (a *api) giveBack(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		key := fmt.Sprintf("give-back/%d/%s", c.by.ID, c.key)
		if err := a.Door.GiveBackTx(ctx, tx, c.now, id, key); err != nil {
			return nil, err
		}
		err := staff.AuditTx(ctx, tx, c.now, staff.Act{Staff: c.by.ID, Act: "conversations.give_back", Object: fmt.Sprintf("conversation/%d", id)})
		return givenBack{id}, err
	}, nil
}
