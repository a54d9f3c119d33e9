package api

import "besedka/core/conversation"

// heldPage is one page of GET /conversations, and the whole answer of GET
// /members/{id}/conversations. Next is the after of the page
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

// listConversations shows all of a member's, whoever has them.
func (a *api) listConversations(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	rows, err := conversation.OfMember(c.ctx, a.DB, id)
	return heldPage{Conversations: rows}, err
}
