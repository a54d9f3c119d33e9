package receipt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/campaign"
	"besedka/core/coupon"
	"besedka/core/expr"
	"besedka/core/ledger"
	"besedka/core/review"
	"besedka/storage"
)

// MaxRefunds is how many times goods of one receipt can come back before the rest of it
// does.
const MaxRefunds = 50

// Refusals of a refund.
var (
	ErrNothingLeft = errors.New("all of the receipt came back before")
	ErrOnlyWhole   = errors.New("nobody knows the receipt's lines, or what campaigns saw of them: it can only come back whole")
	ErrManyRefunds = fmt.Errorf("goods of a receipt come back %d times at most: give the rest back whole", MaxRefunds)
	ErrKeepsRefund = errors.New("goods of the receipt came back: it is not given back to be registered anew")
)

// Refunding is goods of a credited receipt that came back to the shop.
type Refunding struct {
	Receipt int64
	Key     string     // seen before for this receipt, it changes nothing more
	Lines   []Returned // what came back
	Whole   bool       // or all that is left
	Staff   int64
	Reason  string // in the person's words
}

// Refunded is a refund as it is kept. What it took is in minor units.
type Refunded struct {
	Key     string     `db:"key" json:"-"`
	Number  int        `db:"number" json:"number"` // of the receipt's refunds, from 1
	Lines   []Returned `db:"lines" json:"lines"`
	Sum     int64      `db:"sum" json:"sum"`       // kopecks
	Rest    int64      `db:"rest" json:"rest"`     // of the receipt's sum, after it
	Points  int64      `db:"points" json:"points"` // bonuses that the receipt stands for after it
	Staff   int64      `db:"staff_id" json:"staff"`
	Reason  string     `db:"reason" json:"reason"`
	Awarded int64      `db:"awarded" json:"awarded"` // for what came back; the next three together
	Taken   int64      `db:"taken" json:"taken"`
	Expired int64      `db:"expired" json:"expired"`
	Short   int64      `db:"short" json:"short"`   // spent, and not to be had back
	Voided  []int64    `db:"voided" json:"voided"` // numbers of coupons
	At      time.Time  `db:"at" json:"at"`
	Again   bool       `db:"-" json:"-"` // its key was seen before, and nothing more was done
}

// RefundTx takes goods off a credited receipt: campaigns decide on what is left of it as
// they would have then, and what that makes less is taken back: points, coupons, gifts
// that have not left us. It never gives. Its member hears of it; what is spent, or has
// left us, is put before people.
//
// Refunds of one receipt add up and never exceed a line (*LineError). Locks are taken in
// one order, as by RevokeTx: the receipt, its member's figures, pools of coupons,
// counters, prizes, the ledger's.
func (s *Service) RefundTx(ctx context.Context, tx storage.Tx, now time.Time, r Refunding) (Refunded, error) {
	done, err := s.refund(ctx, tx, now, r)
	if err != nil {
		return done, fmt.Errorf("refund receipt %d: %w", r.Receipt, err)
	}
	return done, nil
}

func (s *Service) refund(ctx context.Context, tx storage.Tx, now time.Time, r Refunding) (Refunded, error) {
	of, err := storage.One[subject](ctx, tx, qHold, r.Receipt)
	if err != nil {
		return Refunded{}, err
	}
	before, err := refunds(ctx, tx, r.Receipt)
	if err != nil {
		return Refunded{}, err
	}
	for _, b := range before {
		if b.Key == r.Key {
			b.Again = true
			return b, nil
		}
	}
	if err := refundable(of.State, len(before), r); err != nil {
		return Refunded{}, err
	}
	left, err := restOf(ctx, tx, of, before)
	if err != nil {
		return Refunded{}, err
	}
	done := Refunded{Key: r.Key, Number: len(before) + 1, Staff: r.Staff, Reason: r.Reason, At: now}
	if done.Lines, done.Sum, err = left.take(r); err != nil {
		return Refunded{}, err
	}
	done.Rest = left.total
	err = s.takeOff(ctx, tx, of, left, &done)
	return done, err
}

func refundable(s State, before int, r Refunding) error {
	switch {
	case s == FullyRefunded:
		return ErrNothingLeft
	case !s.Stands():
		return ErrNotCredited
	case before >= MaxRefunds && !r.Whole:
		return ErrManyRefunds
	}
	return nil
}

// takeOff does what follows from a refund.
func (s *Service) takeOff(ctx context.Context, tx storage.Tx, of subject, left rest, done *Refunded) error {
	if _, err := tx.Exec(ctx, qStatRefunded, of.Member, done.Sum, left.nothing()); err != nil { // first, as campaigns lock them when a receipt is credited
		return err
	}
	if err := s.Coupons.HoldTx(ctx, tx, of.ID); err != nil {
		return err
	}
	back, err := s.Campaigns.RefundTx(ctx, tx, done.At, campaign.Refund{
		Receipt: of.ID, Member: of.Member, Number: done.Number, Rest: left.known(), Reason: string(GivenBack),
	})
	if errors.Is(err, campaign.ErrForgotten) {
		return ErrOnlyWhole
	}
	if err != nil {
		return err
	}
	taken, err := s.takeBack(ctx, tx, of, back, done)
	if err != nil {
		return err
	}
	if err := done.keep(ctx, tx, of, left); err != nil {
		return err
	}
	about := fmt.Sprintf("%s/refund/%d", review.AboutReceipt(of.ID), done.Number)
	if err := askOfDebt(ctx, tx, done.At, about, of, GivenBack, together(taken), back.Gone); err != nil {
		return err
	}
	return s.tellRefunded(ctx, tx, of, done, taken[ledger.Bonus].Taken)
}

// takeBack takes what campaigns have said, coupons before points, and notes it; the
// points by currency.
func (s *Service) takeBack(ctx context.Context, tx storage.Tx, of subject, back campaign.Back, done *Refunded) (map[string]ledger.Reversed, error) {
	done.Points, done.Voided = back.Points, []int64{}
	for _, l := range back.Coupons {
		gone, err := s.Coupons.LowerTx(ctx, tx, done.At, l)
		if err != nil {
			return nil, err
		}
		done.Voided = append(done.Voided, gone.Void...)
	}
	taken, err := ledger.ReversePartsTx(ctx, tx, ledger.AwardReversal{
		Receipt: of.ID, Member: of.Member, Reason: string(GivenBack), At: done.At, Debt: s.Debt,
	}, done.Number, back.Parts)
	all := together(taken)
	done.Awarded, done.Taken, done.Expired, done.Short = all.Awarded, all.Taken, all.Expired, all.Short
	return taken, err
}

// together is what was taken of all currencies.
func together(taken map[string]ledger.Reversed) (all ledger.Reversed) {
	for _, t := range taken {
		all = all.Plus(t)
	}
	return all
}

// keep writes a refund down. Nothing is left to ask about a receipt that came back whole.
func (r *Refunded) keep(ctx context.Context, tx storage.Tx, of subject, left rest) error {
	state := PartlyRefunded
	if left.nothing() {
		state = FullyRefunded
	}
	var b storage.Batch
	b.ExecN(1, qRefunded, of.ID, state)
	b.Exec(qRefund, of.ID, r.Number, r.Key, r.Lines, r.Sum, r.Rest, r.Points, r.Staff, r.Reason,
		r.Awarded, r.Taken, r.Expired, r.Short, r.Voided, r.At)
	if err := b.Send(ctx, tx); err != nil || state == PartlyRefunded {
		return err
	}
	return review.CloseTx(ctx, tx, r.At, of.ID, false, review.OneReceipt...)
}

func (s *Service) tellRefunded(ctx context.Context, tx storage.Tx, of subject, done *Refunded, points int64) error {
	balance, err := ledger.BalanceOf(ctx, tx, done.At, of.Member, ledger.Bonus)
	if err != nil {
		return err
	}
	return s.Notify(ctx, tx, done.At, Notice{
		Member: of.Member, Subject: of.Subject, Name: EventRefunded,
		Key: fmt.Sprintf("receipt/%d/refunded/%d", of.ID, done.Number),
		Args: args(of.ID, done.Sum, "points", expr.PointsOf(points), "total", expr.PointsOf(balance.Points),
			"coupons", expr.CountOf(int64(len(done.Voided))), "numbers", expr.TextOf(coupon.Spell(done.Voided))),
	})
}
