package actions

import (
	"cmp"
	"context"

	"besedka/core/card"
	"besedka/core/expr"
	"besedka/core/media"
	"besedka/core/member"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/storage"
)

// Cards shows members their cards.
type Cards struct {
	Members *member.Service
	Media   *media.Service
	Types   func() []flows.CardType // of the programme in force
}

// Add puts the calls of cards into s.
func (a Cards) Add(s Set) { s["card.show"] = Action{Do: a.show} }

func cards() map[string]flows.Call {
	return map[string]flows.Call{
		"card.show": {
			Outcomes: []string{"ok", "none", "stranger"},
			Values:   map[string]expr.Kind{"number": expr.Text, "title": expr.Text, "status": expr.Text, "picture": expr.Text},
		},
	}
}

// show gives a card of the programme's first kind to whoever has none.
func (a Cards) show(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	types := a.Types()
	if len(types) == 0 {
		return plain("none"), nil
	}
	owner, err := a.Members.HoldTx(ctx, tx, c.Who.Member)
	if err != nil {
		return dialogs.CallResult{}, err
	}
	registered, err := a.Members.RegisteredTx(ctx, tx, owner)
	if err != nil || !registered {
		return plain("stranger"), err
	}
	one, _, err := card.IssueTx(ctx, tx, c.Now, owner, card.Type{ID: types[0].ID, Prefix: types[0].Prefix})
	if err != nil {
		return dialogs.CallResult{}, err
	}
	picture, err := a.picture(ctx, tx, c, one.Number)
	return values("ok", map[string]expr.Value{
		"number": expr.TextOf(one.Number), "title": expr.TextOf(titleOf(types, one.Type, c.Lang)),
		"status": expr.TextOf(string(one.Status)), "picture": expr.TextOf(picture),
	}), err
}

func (a Cards) picture(ctx context.Context, tx storage.Tx, c Call, number string) (string, error) {
	drawn, err := card.Picture(number)
	if err != nil {
		return "", err
	}
	return a.Media.PutTx(ctx, tx, c.Now, c.Who.Key, media.File{Subject: c.Who.ID, Mime: "image/png", Data: drawn})
}

// titleOf is the name of a kind of card; of one that the programme has no more, its id.
func titleOf(types []flows.CardType, id, lang string) string {
	for _, t := range types {
		if t.ID == id {
			return cmp.Or(t.Title[lang], id)
		}
	}
	return id
}
