package campaign

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/coupon"
	"besedka/core/fiscal"
	"besedka/core/ledger"
	"besedka/storage"
)

// ErrForgotten refuses to decide again on what is left of a receipt that was credited
// before it was kept what was known then: only the whole of it can come back.
var ErrForgotten = errors.New("what campaigns knew of the receipt is not kept")

// Refund is goods of a credited receipt that came back. The transaction holds the
// receipt and its member's figures.
type Refund struct {
	Receipt int64
	Member  int64 // who has it now
	Number  int   // of the receipt's refunds, from 1
	Rest    *Rest // nil: nothing is left
	Reason  string
}

// Rest is what is left of a receipt: its total in kopecks, and its lines by their
// numbers, without those that came back whole.
type Rest struct {
	Total int64
	Lines map[int]RestLine
}

// RestLine is what is left of a line.
type RestLine struct {
	Quantity fiscal.Quantity
	Sum      int64 // kopecks
}

// Back is what a refund takes of an award. Limits are given back by then, and gifts
// taken that were still with us; the rest is for the caller.
type Back struct {
	Parts   []ledger.Part     // of accruals, see ledger.ReversePartsTx
	Coupons []coupon.Lowering // see coupon.Service.LowerTx
	Gone    []Gift            // won no more, and handed over or sent: people decide
	Points  int64             // bonuses that stand, minor units
}

// RefundTx decides anew, by the versions and by what was known when the receipt was
// credited, on what is left of it, and takes back what that makes less. It never gives:
// what would make more changes nothing. What was decided is kept beside the first
// decisions. The pools that the receipt was added to are the caller's to hold before, the
// ledger's accounts after.
func (s *Service) RefundTx(ctx context.Context, tx storage.Tx, now time.Time, r Refund) (Back, error) {
	back, err := s.refund(ctx, tx, now, r)
	if err != nil {
		return back, fmt.Errorf("take refund %d of receipt %d off its award: %w", r.Number, r.Receipt, err)
	}
	return back, nil
}

// A stage is a decision as it stands, and what the campaign makes of what is left.
type stage struct {
	Decision
	net rules.Decision // nothing when nothing is left
}

func (s *Service) refund(ctx context.Context, tx storage.Tx, now time.Time, r Refund) (back Back, err error) {
	stages, err := s.stages(ctx, tx, r)
	if err != nil {
		return back, err
	}
	back.Parts = takePoints(r.Receipt, stages)
	var b storage.Batch
	var released []Used
	for i := range stages {
		st := &stages[i]
		back.Coupons = append(back.Coupons, st.lowerCoupons(r)...)
		released = append(released, st.giveBack()...)
		points, _ := st.Brought.points()
		back.Points += points
	}
	addUsed(&b, released, r.Member)
	if err := b.Send(ctx, tx); err != nil {
		return back, err
	}
	lost, err := s.loseGifts(ctx, tx, now, r, stages, &back)
	if err != nil {
		return back, err
	}
	return back, keepNet(ctx, tx, r, stages, len(back.Parts)+len(back.Coupons)+lost > 0)
}

// stages are what stands of the decisions on a receipt, beside the net ones.
func (s *Service) stages(ctx context.Context, tx storage.Tx, r Refund) ([]stage, error) {
	stands, err := decisions(ctx, tx, qStands, r.Receipt)
	if err != nil {
		return nil, err
	}
	net, err := s.net(ctx, tx, r, stands)
	if err != nil {
		return nil, err
	}
	stages := make([]stage, len(stands))
	for i, d := range stands {
		stages[i] = stage{d, net[d.Campaign]}
	}
	return stages, nil
}

// takePoints takes of every accrual what the net decision makes less, but of a currency
// no more than all of them make less together: where another campaign of a group has
// taken over, its points are those that stay.
func takePoints(receipt int64, stages []stage) (parts []ledger.Part) {
	less := map[string]int64{}
	for _, st := range stages {
		for _, a := range st.Brought.Accruals {
			less[a.Currency] += a.Amount
		}
		for _, a := range st.accruals() {
			less[a.Currency] -= a.Amount
		}
	}
	for i := range stages {
		st := &stages[i]
		var left []rules.Accrual
		for _, a := range st.Brought.Accruals {
			if n := min(a.Amount-st.worth(a), less[a.Currency]); n > 0 {
				parts = append(parts, ledger.Part{Key: rewardKey(receipt, st.Campaign, a.Reward), Amount: n})
				less[a.Currency] -= n
				a.Amount, a.Lines = a.Amount-n, nil
			}
			if a.Amount > 0 {
				left = append(left, a)
			}
		}
		st.Brought.Accruals = left
	}
	return parts
}

// accruals are the points of the net decision, those in place of gifts that were gone
// among them.
func (st stage) accruals() []rules.Accrual {
	all := slices.Clone(st.net.Accruals)
	for _, g := range st.net.Gifts {
		if g.Else != nil && slices.Contains(st.Brought.Gone, g.Reward) {
			all = append(all, *g.Else)
		}
	}
	return all
}

// uses are what the net decision consumes of limits, by the points in place of gifts
// that were gone, too.
func (st stage) uses() []rules.Use {
	all := slices.Clone(st.net.Uses)
	for _, g := range st.net.Gifts {
		if g.Else != nil && slices.Contains(st.Brought.Gone, g.Reward) {
			all = append(all, g.Uses...)
		}
	}
	return all
}

// worth is what the net decision makes of an accrual.
func (st stage) worth(a rules.Accrual) int64 {
	for _, n := range st.accruals() {
		if n.Reward == a.Reward && n.Currency == a.Currency {
			return n.Amount
		}
	}
	return 0
}

// lowerCoupons lowers what the receipt adds to pools, and tells those that make less.
func (st *stage) lowerCoupons(r Refund) (lower []coupon.Lowering) {
	var left []Coupons
	for _, c := range st.Brought.Coupons {
		var n Coupons
		for _, made := range couponsOf(st.net) {
			if made.Reward == c.Reward && made.Pool == c.Pool && made.Window == c.Window {
				n = made
			}
		}
		if n.Sum < c.Sum {
			lower = append(lower, coupon.Lowering{Key: rewardKey(r.Receipt, st.Campaign, c.Reward), Sum: n.Sum, Reason: r.Reason})
			c.Sum, c.Issued, c.Forfeited = n.Sum, min(c.Issued, n.Issued), min(c.Forfeited, n.Forfeited)
		}
		if c.Sum > 0 {
			left = append(left, c)
		}
	}
	st.Brought.Coupons = left
	return lower
}

// giveBack is what of limits the decision consumes no more, by what the receipt alone
// makes less, as when it is revoked. One whose points stay in place of another campaign's
// keeps what it has consumed: a budget is never exceeded.
func (st *stage) giveBack() (released []Used) {
	if slices.ContainsFunc(st.Brought.Accruals, func(a rules.Accrual) bool { return a.Amount > st.worth(a) }) {
		return nil
	}
	left := []Used{}
	for _, u := range st.Uses {
		var n int64
		for _, use := range st.uses() {
			if use.Counter == u.Counter {
				n += use.Amount
			}
		}
		n = min(n, u.Amount)
		less := u
		if less.Amount = n - u.Amount; less.Amount < 0 {
			released = append(released, less)
		}
		if u.Amount = n; n > 0 {
			left = append(left, u)
		}
	}
	st.Uses = left
	return released
}

// loseGifts takes the gifts that are won no more out of the stages and counts them.
// Those that have left us are noted in back.
func (s *Service) loseGifts(ctx context.Context, tx storage.Tx, now time.Time, r Refund, stages []stage, back *Back) (lost int, err error) {
	var gifts []won
	for i := range stages {
		st := &stages[i]
		var left []Gift
		for _, g := range st.Brought.Gifts {
			if slices.ContainsFunc(st.net.Gifts, func(n rules.Gift) bool { return n.Reward == g.Reward && n.Pool == g.Pool }) {
				left = append(left, g)
			} else {
				gifts = append(gifts, won{g, rewardKey(r.Receipt, st.Campaign, g.Reward)})
			}
		}
		st.Brought.Gifts = left
	}
	back.Gone, err = s.takeGiftsBack(ctx, tx, now, gifts, r.Reason)
	return len(gifts), err
}
