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
}

// RefundTx takes goods off a credited receipt: campaigns decide on what is left of it as
// they would have then, and what that makes less is taken back: points, coupons, gifts
// that have not left us. It never gives. Its member hears of it; what is spent, or has
// left us, is put before people.
//
// Refunds of one receipt add up and never exceed a line (*LineError). Locks are taken in
// one order, as by RevokeTx: the receipt, its member's figures, counters, prizes, pools,
// the ledger's.
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
			return b, nil
		}
	}
	switch {
	case of.State == FullyRefunded:
		return Refunded{}, ErrNothingLeft
	case !of.State.Stands():
		return Refunded{}, ErrNotCredited
	case len(before) >= MaxRefunds && !r.Whole:
		return Refunded{}, ErrManyRefunds
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
	return done, s.takeOff(ctx, tx, of, left, &done)
}

// takeOff does what follows from a refund.
func (s *Service) takeOff(ctx context.Context, tx storage.Tx, of subject, left rest, done *Refunded) error {
	now, state, ended := done.At, PartlyRefunded, 0
	if left.nothing() {
		state, ended = FullyRefunded, 1
	}
	if _, err := tx.Exec(ctx, qStatRefunded, of.Member, done.Sum, ended); err != nil { // first, as campaigns lock them when a receipt is credited
		return err
	}
	back, err := s.Campaigns.RefundTx(ctx, tx, now, campaign.Refund{
		Receipt: of.ID, Member: of.Member, Number: done.Number, Rest: left.known(), Reason: string(GivenBack),
	})
	if errors.Is(err, campaign.ErrForgotten) {
		return ErrOnlyWhole
	}
	if err != nil {
		return err
	}
	done.Points = back.Points
	if done.Voided, err = s.lowerCoupons(ctx, tx, now, back.Coupons); err != nil {
		return err
	}
	taken, err := ledger.ReversePartsTx(ctx, tx, ledger.AwardReversal{
		Receipt: of.ID, Member: of.Member, Reason: string(GivenBack), At: now, Debt: s.Debt,
	}, done.Number, back.Parts)
	if err != nil {
		return err
	}
	all := done.count(taken)
	var b storage.Batch
	b.ExecN(1, qRefunded, of.ID, state)
	b.Exec(qRefund, of.ID, done.Number, done.Key, done.Lines, done.Sum, done.Rest, done.Points, done.Staff, done.Reason,
		done.Awarded, done.Taken, done.Expired, done.Short, done.Voided, now)
	if err := b.Send(ctx, tx); err != nil {
		return err
	}
	if left.nothing() {
		if err := review.CloseTx(ctx, tx, now, of.ID, false, review.OneReceipt...); err != nil {
			return err
		}
	}
	about := fmt.Sprintf("%s/refund/%d", review.AboutReceipt(of.ID), done.Number)
	if err := askOfDebt(ctx, tx, now, about, of, GivenBack, all, back.Gone); err != nil {
		return err
	}
	return s.tellRefunded(ctx, tx, of, done, taken[ledger.Bonus].Taken)
}

func (s *Service) lowerCoupons(ctx context.Context, tx storage.Tx, now time.Time, lower []coupon.Lowering) ([]int64, error) {
	void := []int64{}
	for _, l := range lower {
		gone, err := s.Coupons.LowerTx(ctx, tx, now, l)
		if err != nil {
			return nil, err
		}
		void = append(void, gone.Void...)
	}
	return void, nil
}

// count writes down what was taken, of all currencies together.
func (r *Refunded) count(taken map[string]ledger.Reversed) (all ledger.Reversed) {
	for _, t := range taken {
		all = all.Plus(t)
	}
	r.Awarded, r.Taken, r.Expired, r.Short = all.Awarded, all.Taken, all.Expired, all.Short
	return all
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
