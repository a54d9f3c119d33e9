package api

import (
	"context"
	"fmt"
	"slices"

	"besedka/core/card"
	"besedka/core/staff"
	"besedka/flows"
	"besedka/storage"
)

// shownCard is a card with what it allows.
type shownCard struct {
	card.Card
	Can    card.Can `json:"can"`
	Phones []phone  `json:"phones,omitempty"` // of its member, masked; where one card is asked for
}

func shown(c card.Card) shownCard { return shownCard{Card: c, Can: c.Status.Can()} }

// cardPage is a page of a member's cards, the newest first.
type cardPage struct {
	Cards []shownCard `json:"cards"`
	Next  int64       `json:"next,omitempty"`
}

func (a *api) listCards(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	after, err := c.after()
	if err != nil {
		return nil, err
	}
	m, err := a.Members.Get(c.ctx, id)
	if err != nil {
		return nil, err
	}
	found, err := card.Of(c.ctx, a.DB, m.ID, after, pageRows+1)
	if err != nil {
		return nil, err
	}
	out := cardPage{Cards: []shownCard{}}
	found, out.Next = page(found, func(k card.Card) int64 { return k.ID })
	for _, k := range found {
		out.Cards = append(out.Cards, shown(k))
	}
	return out, nil
}

// cardAsked is the body of POST /members/{id}/cards.
type cardAsked struct {
	Type    string `json:"type"` // the programme's first when it is left out
	Replace bool   `json:"replace"`
}

// giveCard gives a member a card, or a new number in the place of the old one.
func (a *api) giveCard(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in cardAsked
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	t, err := a.cardType(in.Type)
	if err != nil {
		return nil, err
	}
	if _, err := a.Members.Get(c.ctx, id); err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		owner, err := a.Members.HoldTx(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		var given card.Card
		if in.Replace {
			given, err = card.ReplaceTx(ctx, tx, c.now, owner, t)
		} else {
			given, _, err = card.IssueTx(ctx, tx, c.now, owner, t)
		}
		if err != nil {
			return nil, err
		}
		return shown(given), a.auditCard(ctx, tx, c, "cards.give", given)
	}, nil
}

// cardType is one of the programme's.
func (a *api) cardType(id string) (card.Type, error) {
	types := a.Programme().Cards
	at := slices.IndexFunc(types, func(t flows.CardType) bool { return id == "" || t.ID == id })
	if at < 0 {
		return card.Type{}, invalid{"type must be one of the programme's cards: see cards in programme.yaml"}
	}
	return card.Type{ID: types[at].ID, Prefix: types[at].Prefix}, nil
}

func (a *api) auditCard(ctx context.Context, tx storage.Tx, c call, name string, k card.Card) error {
	return staff.AuditTx(ctx, tx, c.now, staff.Act{
		Staff: c.by.ID, Act: name, Object: fmt.Sprintf("card/%d", k.ID),
		Detail: map[string]any{"member": k.Member, "status": k.Status, "reason": k.Reason},
	})
}

// showCard tells a till who shows a card, and what they may do.
func (a *api) showCard(c call) (any, error) {
	k, err := card.Find(c.ctx, a.DB, c.r.PathValue("number"))
	if err != nil {
		return nil, err
	}
	m, err := a.Members.Get(c.ctx, k.Member)
	if err != nil {
		return nil, err
	}
	out := shown(k)
	if k.Replaced != nil {
		out.Can = card.Can{}
	}
	for _, p := range m.Phones {
		out.Phones = append(out.Phones, phone{p.Masked, p.Verified})
	}
	return out, nil
}

// cardStatus is the body of POST /cards/{number}/status.
type cardStatus struct {
	Status card.Status `json:"status"`
	Reason string      `json:"reason"`
}

// changeCard gives a card a status, and lets go on the receipts that the one before
// kept.
func (a *api) changeCard(c call) (act, error) {
	var in cardStatus
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	switch {
	case !slices.Contains(card.Statuses, in.Status):
		return nil, invalid{"status must be active, limited, suspended or blocked"}
	case in.Reason == "" || !storable(in.Reason):
		return nil, invalid{"give the reason in words: it stays in the record"}
	}
	number := c.r.PathValue("number")
	if _, err := card.Find(c.ctx, a.DB, number); err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		k, err := card.ChangeTx(ctx, tx, c.now, card.Change{Number: number, Status: in.Status, Reason: in.Reason})
		if err == nil && k.Status.Can().Earn {
			err = a.Lifted(ctx, tx, c.now, k.Member)
		}
		if err != nil {
			return nil, err
		}
		return shown(k), a.auditCard(ctx, tx, c, "cards.status", k)
	}, nil
}

var errOthersCard = invalid{"the card is not this member's: leave the member out"}

// spender is whose points a redemption takes: the member named, or whoever shows the
// card. A card that was replaced finds nobody.
func (a *api) spender(c call, r redemption) (int64, error) {
	if r.Card == "" {
		return r.Member, nil
	}
	k, err := card.Find(c.ctx, a.DB, r.Card)
	switch {
	case err != nil:
		return 0, err
	case k.Replaced != nil:
		return 0, card.ErrReplaced
	case r.Member != 0 && r.Member != k.Member:
		return 0, errOthersCard
	}
	return k.Member, nil
}

// mayRedeem refuses what the card in force does not allow, and a card that is in force
// no more. The caller holds the member.
func mayRedeem(ctx context.Context, tx storage.Querier, member int64, number string) error {
	k, err := card.Current(ctx, tx, member)
	switch {
	case err != nil:
		return err
	case number != "" && (k == nil || k.Number != number):
		return card.ErrReplaced
	case !k.CanOf().Spend:
		return card.ErrNoSpend
	}
	return nil
}
