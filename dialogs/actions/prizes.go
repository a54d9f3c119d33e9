package actions

import (
	"context"
	"errors"
	"time"

	"besedka/core/expr"
	"besedka/core/ledger"
	"besedka/core/prize"
	"besedka/core/prize/showcase"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/storage"
)

// Prizes shows the showcase and orders from it.
type Prizes struct {
	Prizes *prize.Service
}

// Add puts the calls of the showcase into s. Those that write wait for prizes, which
// are everybody's: their turns run alone.
func (p Prizes) Add(s Set) {
	s["prizes.look"], s["prizes.order"] = Shared(p.look), Shared(p.order)
	s["prizes.reserve"], s["prizes.cancel"] = Action{Do: p.reserve}, Action{Do: p.cancel}
	s["prizes.confirm"], s["prizes.send"] = Action{Do: p.confirm}, Action{Do: p.confirm}
}

func prizes() map[string]flows.Call {
	number := func(name string) map[string]expr.Kind { return map[string]expr.Kind{name: expr.Count} }
	return map[string]flows.Call{
		"prizes.look": {
			Args: number("at"), Outcomes: []string{"card", "none"}, Reads: true,
			Values: map[string]expr.Kind{
				"prize": expr.Text, "name": expr.Text, "about": expr.Text, "price": expr.Points, "missing": expr.Points,
				"out": expr.Bool, "had": expr.Bool, "n": expr.Count, "of": expr.Count,
				"take": expr.Count, "next": expr.Count, // known when there is something to take, or to see next
			},
		},
		"prizes.reserve": {
			Args: number("take"), Outcomes: []string{"reserved", "out", "short", "limit", "gone", "stranger", "suspended"},
			Values: map[string]expr.Kind{
				"order": expr.Count, "prize": expr.Text, "name": expr.Text, "price": expr.Points, "missing": expr.Points,
				"delivery": expr.Text, "until": expr.Date,
			},
		},
		"prizes.confirm": {Args: number("order"), Outcomes: []string{"code", "desk", "expired", "gone", "suspended"}, Values: map[string]expr.Kind{"code": expr.Text}},
		"prizes.send":    {Args: map[string]expr.Kind{"order": expr.Count, "address": expr.Text}, Outcomes: []string{"parcel", "expired", "gone", "suspended"}},
		"prizes.cancel":  {Args: number("order"), Outcomes: []string{"done", "late"}, Values: map[string]expr.Kind{"price": expr.Points}},
		"prizes.order": {
			Args: number("order"), Outcomes: []string{"card", "none"}, Reads: true,
			Values: map[string]expr.Kind{
				"order": expr.Count, "prize": expr.Text, "name": expr.Text, "price": expr.Points, "state": expr.Text, "delivery": expr.Text,
				"code": expr.Text, "day": expr.Date, "until": expr.Date,
				"claim": expr.Count, "cancel": expr.Count, "before": expr.Count, // known when it may be confirmed, cancelled, or there is one before it
			},
		},
	}
}

// look shows one prize, after the one that was seen before.
func (p Prizes) look(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	at, _ := c.Args["at"].Int()
	card, found, err := p.Prizes.Show(ctx, tx, prize.Look{Member: c.Who.Member, Segments: c.Segments, N: int(at), At: c.Now})
	if err != nil || !found {
		return plain("none"), err
	}
	v := map[string]expr.Value{
		"prize": expr.TextOf(card.ID), "name": expr.TextOf(card.Name.In(c.Lang)), "about": expr.TextOf(card.Text.In(c.Lang)),
		"price": p.points(card.Cost, card.Currency), "missing": p.points(card.Missing, card.Currency), "out": expr.BoolOf(card.Out), "had": expr.BoolOf(card.Had),
		"n": expr.CountOf(int64(card.N)), "of": expr.CountOf(int64(card.Of)), "next": {}, // not what the tap brought
	}
	if card.Missing == 0 && !card.Out && !card.Had {
		v["take"] = expr.CountOf(card.Number())
	}
	if card.Of > 1 {
		v["next"] = expr.CountOf(int64(card.N%card.Of + 1))
	}
	return values("card", v), nil
}

// reserve holds a prize for who has tapped on it.
func (p Prizes) reserve(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	number, _ := c.Args["take"].Int()
	wanted := p.Prizes.Showcase().Numbered(number)
	if wanted == nil {
		return plain("gone"), nil
	}
	o, err := p.Prizes.ReserveTx(ctx, tx, prize.Wish{Key: "chat/" + c.Key, Prize: wanted.ID, Member: c.Who.Member, Subject: c.Who.ID, Segments: c.Segments, At: c.Now})
	if err != nil {
		return p.refused(wanted, c.Lang, err)
	}
	v := p.told(o, c.Lang)
	delete(v, "state")
	delete(v, "day")
	return values("reserved", v), nil
}

// refusals of a reservation, by what scripts call them.
var refusals = []struct {
	err     error
	outcome string
}{
	{prize.ErrOutOfStock, "out"}, {prize.ErrLimit, "limit"}, {prize.ErrGone, "gone"}, {prize.ErrStranger, "stranger"}, {prize.ErrSuspended, "suspended"},
}

func (p Prizes) refused(wanted *showcase.Prize, lang string, err error) (dialogs.CallResult, error) {
	v := map[string]expr.Value{"name": expr.TextOf(wanted.Name.In(lang))}
	if few, ok := errors.AsType[*ledger.Insufficient](err); ok {
		price, currency := p.Prizes.Price(wanted)
		v["missing"] = p.points(price-few.Available, currency)
		return values("short", v), nil
	}
	for _, r := range refusals {
		if errors.Is(err, r.err) {
			return values(r.outcome, v), nil
		}
	}
	return dialogs.CallResult{}, err
}

// told are the variables that an order makes.
func (p Prizes) told(o prize.Order, lang string) map[string]expr.Value {
	v := map[string]expr.Value{
		"order": expr.CountOf(o.ID), "prize": expr.TextOf(o.Prize), "name": expr.TextOf(o.Name), "price": p.points(o.Price, o.Currency),
		"state": expr.TextOf(string(o.State)), "delivery": expr.TextOf(string(o.Delivery)), "day": p.day(o.At),
	}
	if now := p.Prizes.Showcase().Prize(o.Prize); now != nil {
		v["name"] = expr.TextOf(now.Name.In(lang))
	}
	if o.Expires != nil {
		v["until"] = p.day(*o.Expires)
	}
	return v
}

// points are minor units of any currency, as chats count: with two digits.
func (p Prizes) points(minor int64, currency string) expr.Value {
	for range 2 - p.Prizes.Scale(currency) {
		minor *= 10
	}
	return expr.PointsOf(minor)
}

func (p Prizes) day(at time.Time) expr.Value { return expr.DateOf(at.In(p.Prizes.Zone())) }

// confirm takes what was reserved, or won; what is sent goes to an address.
func (p Prizes) confirm(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	id, _ := c.Args["order"].Int()
	o, err := p.Prizes.ConfirmTx(ctx, tx, prize.Act{Order: id, Member: c.Who.Member, Address: c.Args["address"].Text(), At: c.Now})
	if _, ended := errors.AsType[*prize.StateError](err); ended || errors.Is(err, storage.ErrNotFound) {
		return plain("gone"), nil
	}
	if errors.Is(err, prize.ErrSuspended) {
		return plain("suspended"), nil
	}
	if err != nil {
		return dialogs.CallResult{}, err
	}
	switch o.State {
	case prize.Expired:
		return plain("expired"), nil
	case prize.Picking:
		return plain("parcel"), nil
	}
	own, err := p.Prizes.Own(ctx, tx, c.Who.Member, id)
	return values(string(o.Delivery), map[string]expr.Value{"code": expr.TextOf(own.Code)}), err
}

// cancel gives back what was not taken yet.
func (p Prizes) cancel(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	id, _ := c.Args["order"].Int()
	o, err := p.Prizes.CancelTx(ctx, tx, prize.Act{Order: id, Member: c.Who.Member, At: c.Now})
	if _, left := errors.AsType[*prize.StateError](err); left || errors.Is(err, storage.ErrNotFound) {
		return plain("late"), nil
	}
	return values("done", map[string]expr.Value{"price": p.points(o.Price, o.Currency)}), err
}

// order tells one of the member's orders; without a number, the latest.
func (p Prizes) order(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	id, _ := c.Args["order"].Int()
	own, err := p.Prizes.Own(ctx, tx, c.Who.Member, id)
	if errors.Is(err, storage.ErrNotFound) {
		return plain("none"), nil
	}
	if err != nil {
		return dialogs.CallResult{}, err
	}
	v := p.told(own.Order, c.Lang)
	v["claim"], v["cancel"], v["before"] = expr.Value{}, expr.Value{}, expr.Value{} // not what the tap brought
	if own.Code != "" {
		v["code"] = expr.TextOf(own.Code)
	}
	if own.Before != 0 {
		v["before"] = expr.CountOf(own.Before)
	}
	if own.State == prize.Reserved {
		v["claim"] = v["order"]
	}
	if own.Price > 0 && own.Open() {
		v["cancel"] = v["order"]
	}
	return values("card", v), nil
}
