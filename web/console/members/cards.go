package members

import (
	"context"
	"fmt"
	"slices"

	"besedka/core/card"
	"besedka/core/staff"
	"besedka/storage"
)

// giveCard gives a member a card, or another number in the place of the one in force.
func (p *pages) giveCard(ctx context.Context, tx storage.Tx, a asked) error {
	types := p.Programme().Cards
	if len(types) == 0 {
		return errChoice
	}
	owner, err := p.Members.HoldTx(ctx, tx, a.id)
	if err != nil {
		return err
	}
	was, err := card.Current(ctx, tx, owner)
	if err != nil {
		return err
	}
	if seen := a.R.PostForm.Get("number"); was != nil && was.Number != seen || was == nil && seen != "" {
		return card.ErrReplaced // by a colleague, since the page was opened
	}
	t := card.Type{ID: types[0].ID, Prefix: types[0].Prefix}
	given, err := give(ctx, tx, a, owner, t, was)
	if err != nil {
		return err
	}
	detail := map[string]any{"member": given.Member, "status": given.Status, "reason": given.Reason}
	if was != nil {
		detail["replaces"] = was.ID
	}
	return staff.AuditTx(ctx, tx, a.Now, staff.Act{Staff: a.By.ID, Act: "cards.give", Object: fmt.Sprintf("card/%d", given.ID), Detail: detail})
}

func give(ctx context.Context, tx storage.Tx, a asked, owner int64, t card.Type, was *card.Card) (card.Card, error) {
	if was != nil {
		return card.ReplaceTx(ctx, tx, a.Now, owner, t)
	}
	given, _, err := card.IssueTx(ctx, tx, a.Now, owner, t)
	return given, err
}

// changeCard gives the card in force a status, and lets go on what the one before kept.
func (p *pages) changeCard(ctx context.Context, tx storage.Tx, a asked) error {
	status := card.Status(a.R.PostForm.Get("status"))
	if !slices.Contains(card.Statuses, status) {
		return errChoice
	}
	reason, err := reasonOf(a.Visit)
	if err != nil {
		return err
	}
	number := a.R.PostForm.Get("number") // the one that was looked at: it may have been replaced
	was, err := card.Find(ctx, tx, number)
	if err != nil {
		return err
	}
	if was.Member != a.id {
		return errChoice
	}
	k, err := card.ChangeTx(ctx, tx, a.Now, card.Change{Number: number, Status: status, Reason: reason})
	if err == nil && k.Status.Can().Earn {
		err = p.Lifted(ctx, tx, a.Now, k.Member)
	}
	if err != nil {
		return err
	}
	return staff.AuditTx(ctx, tx, a.Now, staff.Act{
		Staff: a.By.ID, Act: "cards.status", Object: fmt.Sprintf("card/%d", k.ID),
		Detail: map[string]any{"member": k.Member, "before": was.Status, "status": k.Status, "reason": k.Reason},
	})
}
