package prize

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"besedka/core/card"
	"besedka/core/ledger"
	"besedka/core/prize/showcase"
	"besedka/storage"
)

// Wish is a member's wish for a prize.
type Wish struct {
	Key     string // the same key reserves once
	Prize   string
	Member  int64
	Subject int64 // whose chat it is; 0 at a desk

	Segments []string // that hold for the member
	Desk     bool     // staff wish it: segments do not matter
	At       time.Time
}

// ReserveTx holds the points and one piece of the prize until the member confirms,
// TTL at most. A member who has reserved the prize already gets that reservation: two
// taps are one order. A refusal changes nothing. It waits for whoever registers the
// member, joins them to another one or reserves for them.
func (s *Service) ReserveTx(ctx context.Context, tx storage.Tx, w Wish) (Order, error) {
	o, err := s.reserve(ctx, tx, w)
	if err != nil {
		return Order{}, fmt.Errorf("reserve prize %s for member %d: %w", w.Prize, w.Member, err)
	}
	return o, nil
}

func (s *Service) reserve(ctx context.Context, tx storage.Tx, w Wish) (Order, error) {
	who, err := holdMember(ctx, tx, w.Member)
	if err != nil {
		return Order{}, err
	}
	w.Member = who.ID
	if o, err := storage.One[Order](ctx, tx, qReservedBefore, w.Key, w.Member, w.Prize, w.At); !errors.Is(err, storage.ErrNotFound) {
		return o, err
	}
	with, err := card.Current(ctx, tx, w.Member)
	if err != nil {
		return Order{}, err
	}
	p := s.Showcase().Prize(w.Prize)
	switch {
	case !who.Registered:
		return Order{}, ErrStranger
	case who.Suspended || !with.CanOf().Spend:
		return Order{}, ErrSuspended
	case !p.For(w.Segments, w.Desk) || !p.Covers(w.At):
		return Order{}, ErrGone
	}
	if err := s.within(ctx, tx, p, w.Member, w.At); err != nil {
		return Order{}, err
	}
	return s.order(ctx, tx, p, w)
}

// order holds a piece and the points, in this order, and writes what they are for.
func (s *Service) order(ctx context.Context, tx storage.Tx, p *showcase.Prize, w Wish) (Order, error) {
	one, err := pickTx(ctx, tx, p)
	if err != nil {
		return Order{}, err
	}
	price, currency := s.Price(p)
	name := p.Name.In("")
	if err := ledger.HoldTx(ctx, tx, ledger.Hold{Key: holdKey(w.Key), Member: w.Member, Currency: currency, Amount: price, Reason: name, At: w.At}); err != nil {
		return Order{}, err
	}
	return s.write(ctx, tx, one, Order{
		Key: w.Key, Prize: p.ID, Name: name, Member: w.Member, Subject: storage.OrNull(w.Subject), State: Reserved, Delivery: p.Delivery,
		Currency: currency, Price: price, Value: p.Value, Tax: p.Tax, At: w.At, Expires: new(w.At.Add(TTL)),
	})
}

// holdKey names the points of an order in the ledger.
func holdKey(order string) string { return "prize/" + order }

// write keeps a new order with its piece.
func (s *Service) write(ctx context.Context, tx storage.Tx, one piece, o Order) (Order, error) {
	made, err := storage.One[Order](ctx, tx, qOrderAdd, o.Key, o.Prize, o.Name, o.Member, o.Subject, o.State, o.Delivery,
		o.Currency, o.Price, o.Value, o.Tax, o.Campaign, o.Receipt, o.At, o.Expires)
	if err != nil {
		return Order{}, err
	}
	var b storage.Batch
	one.take(&b, made.ID)
	return made, b.Send(ctx, tx)
}

// Price is what a prize costs, in minor units of a currency.
func (s *Service) Price(p *showcase.Prize) (minor int64, currency string) {
	if currency = p.Price.Currency; currency == "" {
		currency = s.Currency()
	}
	minor, _ = p.Price.Minor(s.Scale(currency))
	return minor, currency
}

type holderRow struct {
	ID         int64 `db:"id"`
	Registered bool  `db:"registered"`
	Suspended  bool  `db:"suspended"`
}

// holdMember says who a member is by now and keeps it so until tx ends, so that
// limits are counted by one at a time.
func holdMember(ctx context.Context, tx storage.Tx, id int64) (holderRow, error) {
	for {
		who, err := storage.One[holderRow](ctx, tx, qHolder, id)
		if err != nil || who.ID == id {
			return who, err
		}
		id = who.ID
	}
}

// within refuses a prize to who has as many as one may have.
func (s *Service) within(ctx context.Context, tx storage.Querier, p *showcase.Prize, member int64, now time.Time) error {
	if p.Limit.Count == 0 {
		return nil
	}
	had, err := storage.Value[int64](ctx, tx, qHad, member, p.ID, p.Limit.Per.Since(now, s.Zone()))
	if err == nil && had >= p.Limit.Count {
		return ErrLimit
	}
	return err
}

// shown are the prizes that a member of these segments may buy now, as they are
// written.
func (s *Service) shown(segments []string, now time.Time) []*showcase.Prize {
	all := s.Showcase()
	if all == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(all.Prizes), func(p *showcase.Prize) bool { return !p.For(segments, false) || !p.Covers(now) })
}
