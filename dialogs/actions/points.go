package actions

import (
	"context"
	"strings"

	"besedka/core/expr"
	"besedka/core/ledger"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/locales"
	"besedka/storage"
)

// historyRows is how many lines of a history one message has.
const historyRows = 10

// Points tells members how their points came and went.
type Points struct {
	Texts     *locales.Catalog
	Programme func() *flows.Programme // as published now
}

// Add puts the calls of points into s.
func (p Points) Add(s Set) {
	s["points.history"] = Shared(p.history)
	s["points.others"] = Shared(p.others)
}

func points() map[string]flows.Call {
	return map[string]flows.Call{
		"points.history": {
			Args: map[string]expr.Kind{"before": expr.Count}, Outcomes: []string{"last", "more", "none"}, Reads: true,
			Values: map[string]expr.Kind{"list": expr.Text, "before": expr.Count},
		},
		"points.others": {Outcomes: []string{"some", "none"}, Values: map[string]expr.Kind{"list": expr.Text}, Reads: true},
	}
}

// history words a page of the member's statement, the latest first.
func (p Points) history(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	before, _ := c.Args["before"].Int() // unknown of the first page
	entries, err := ledger.Statement(ctx, tx, c.Who.Member, before)
	if err != nil || len(entries) == 0 {
		return plain("none"), err
	}
	moves := movements(entries)
	outcome, shown := "last", moves
	if len(moves) > historyRows || len(entries) == ledger.PageRows {
		outcome, shown = "more", moves[:min(len(moves), historyRows)]
	}
	lines := make([]string, len(shown))
	for i, m := range shown {
		lines[i] = p.line(m, c.Lang)
	}
	return values(outcome, map[string]expr.Value{"list": expr.TextOf(strings.Join(lines, "\n")), "before": expr.CountOf(shown[len(shown)-1].ID)}), nil
}

// movements joins the entries of one movement, which has one for every lot: the ID is
// that of its earliest entry, the balance that after its last.
func movements(entries []ledger.Entry) (all []ledger.Entry) {
	for _, e := range entries {
		if n := len(all) - 1; n >= 0 && sameMovement(all[n], e) {
			all[n].ID = e.ID
			all[n].Amount += e.Amount
			continue
		}
		all = append(all, e)
	}
	return all
}

func sameMovement(a, b ledger.Entry) bool {
	return a.At.Equal(b.At) && a.Kind == b.Kind && a.Currency == b.Currency && a.Receipt == b.Receipt && a.Reason == b.Reason && a.Member == b.Member
}

// line is one movement by the programme's day, with the balance after it.
func (p Points) line(e ledger.Entry, lang string) string {
	programme, texts := p.Programme(), p.Texts.Printer(lang)
	currency, known := programme.Currency(e.Currency)
	if !known { // the programme has lost it
		currency = flows.Currency{}
	}
	amount := currency.Amount(e.Amount, lang)
	if e.Amount > 0 {
		amount = "+" + amount
	}
	return texts.Text("history.line", locales.Args{
		"day": locales.Date(e.At.In(programme.Location)), "amount": locales.Text(amount), "why": locales.Text(whyMoved(e, texts)),
		"balance": locales.Text(currency.Number(e.Balance, lang)),
	})
}

// whyMoved is what a movement was for. Reasons of what was given or spent are words for
// the member; those of a reversal are ours.
func whyMoved(e ledger.Entry, p *locales.Printer) string {
	switch {
	case e.Kind == "accrue" && e.Receipt != 0:
		return p.Text("history.receipt", nil)
	case (e.Kind == "accrue" || e.Kind == "redeem") && e.Reason != "":
		return e.Reason
	}
	if key := "history." + e.Kind; p.Text(key, nil) != key {
		return p.Text(key, nil)
	}
	return e.Reason
}

// others are the member's balances in other currencies than bonuses.
func (p Points) others(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	money, has := p.Programme().Money, map[string]int64{}
	for _, m := range money {
		if m.ID == ledger.Bonus {
			continue
		}
		b, err := ledger.BalanceOf(ctx, tx, c.Now, c.Who.Member, m.ID)
		if err != nil {
			return dialogs.CallResult{}, err
		}
		has[m.ID] = b.Points
	}
	list := spell(money, has, c.Lang)
	if list == "" {
		return plain("none"), nil
	}
	return values("some", map[string]expr.Value{"list": expr.TextOf(list)}), nil
}

// spell lists amounts in the programme's order of currencies, those that are 0 left out:
// 10 звёзд, 2 печати.
func spell(money []flows.Currency, amounts map[string]int64, lang string) string {
	var all []string
	for _, c := range money {
		if minor := amounts[c.ID]; minor != 0 {
			all = append(all, c.Amount(minor, lang))
		}
	}
	return strings.Join(all, ", ")
}
