package campaign

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/coupon"
	"besedka/core/ledger"
	"besedka/storage"
)

// EvaluateAllTx is EvaluateTx for purchases of as many members, in this order, which
// takes their locks together and writes what they bring in statements for all; the
// caller holds their receipts and, by ascending id, the figures of their members. A
// purchase that wins a gift is left to EvaluateTx and a transaction of its own: only
// when the prize is had is it known what others may consume, and a group would hold the
// prizes of all its winners at once.
func (s *Service) EvaluateAllTx(ctx context.Context, tx storage.Tx, now time.Time, purchases []Purchase) ([]Award, error) {
	awards, err := s.awardAll(ctx, tx, now, purchases, qVersionsAt)
	if err != nil {
		return nil, fmt.Errorf("evaluate %d receipts: %w", len(purchases), err)
	}
	return awards, nil
}

// valuation is a purchase that is being decided.
type valuation struct {
	Purchase
	award     *Award
	versions  []version
	set       *rules.Set
	numbers   map[string]int // of the versions, by campaign
	facts     rules.Facts
	whose     owners
	counters  []rules.Counter
	made      []rules.Decision
	decisions []Decision
}

// awardAll decides purchases by the versions that a query finds.
func (s *Service) awardAll(ctx context.Context, tx storage.Tx, now time.Time, purchases []Purchase, versions string) ([]Award, error) {
	awards := make([]Award, len(purchases))
	open, err := s.open(ctx, tx, purchases, awards, versions)
	if err == nil {
		err = s.decideAll(ctx, tx, now, open)
	}
	if err != nil {
		return nil, err
	}
	var b storage.Batch
	balances := make([]*[]ledger.Balance, len(purchases))
	for i, p := range purchases {
		balances[i] = ledger.QueueBalance(&b, now, p.Member, ledger.Bonus)
	}
	if err := b.Send(ctx, tx); err != nil {
		return nil, err
	}
	for i := range awards {
		for _, balance := range *balances[i] {
			awards[i].Balance = balance.Points
		}
	}
	return awards, nil
}

// open finds the purchases that were not decided before, and what may be known of each
// by itself.
func (s *Service) open(ctx context.Context, tx storage.Tx, purchases []Purchase, awards []Award, versions string) ([]*valuation, error) {
	receipts := make([]int64, len(purchases))
	for i, p := range purchases {
		receipts[i] = p.Receipt
	}
	decided, err := storage.Collect[receiptRow](ctx, tx, qDecided, receipts)
	if err != nil {
		return nil, err
	}
	known, err := s.gather(ctx, tx, purchases, versions)
	if err != nil {
		return nil, err
	}
	var open []*valuation
	for i, p := range purchases {
		if slices.Contains(decided, receiptRow{p.Receipt}) {
			continue
		}
		v := &valuation{Purchase: p, award: &awards[i]}
		if err := s.prepare(ctx, tx, v, known); err != nil {
			return nil, fmt.Errorf("receipt %d: %w", p.Receipt, err)
		}
		open = append(open, v)
	}
	return open, nil
}

func (s *Service) prepare(ctx context.Context, tx storage.Tx, v *valuation, known gathered) (err error) {
	if v.versions, err = s.covering(ctx, tx, *known.versions[v.Receipt], v.At); err != nil {
		return err
	}
	v.set, v.numbers = setOf(v.versions)
	if v.facts, err = s.facts(ctx, tx, known, v.Purchase, v.set); err != nil {
		return err
	}
	v.whose, v.counters = owners{v.Member, v.facts.Store.ID}, v.set.Counters(v.facts)
	return nil
}

// decideAll holds what the purchases share, decides one after the other, then writes
// all. Gifts come first, as one that is gone falls back on points; coupons last, as
// everybody whom their campaign owes a number waits for them.
func (s *Service) decideAll(ctx context.Context, tx storage.Tx, now time.Time, open []*valuation) error {
	used, err := lockShared(ctx, tx, open)
	if err != nil {
		return err
	}
	var decided []*valuation
	for _, v := range open {
		if err := s.decide(ctx, tx, now, v, used, len(open) > 1); err != nil {
			return fmt.Errorf("receipt %d: %w", v.Receipt, err)
		}
		if !v.award.Left {
			decided = append(decided, v)
		}
	}
	if err := keep(ctx, tx, now, decided); err != nil {
		return err
	}
	if err := accrue(ctx, tx, now, decided); err != nil {
		return err
	}
	return addCoupons(ctx, tx, now, decided)
}

// lockShared holds the pools and the counters that purchases add to, in the order of the
// package, and tells what is used of the counters.
func lockShared(ctx context.Context, tx storage.Tx, open []*valuation) (tally, error) {
	used := tally{}
	byMember := slices.SortedFunc(slices.Values(open), func(a, b *valuation) int { return cmp.Compare(a.Member, b.Member) })
	for _, v := range byMember {
		var err error
		if v.facts.Pools, err = holdPools(ctx, tx, v.Member, v.set.Pools(v.facts)); err != nil {
			return nil, err
		}
		for _, c := range v.counters {
			used[owned{c, v.whose.of(c.Of)}] = 0
		}
	}
	return used, lockCounters(ctx, tx, used)
}

// decide evaluates a purchase by what is used so far, takes its gifts and counts what it
// uses itself. In a group nobody takes gifts.
func (s *Service) decide(ctx context.Context, tx storage.Tx, now time.Time, v *valuation, used tally, group bool) (err error) {
	v.facts.Used = make(map[rules.Counter]int64, len(v.counters))
	for _, c := range v.counters {
		v.facts.Used[c] = used[owned{c, v.whose.of(c.Of)}]
	}
	if v.made, err = v.set.Evaluate(v.facts, now); err != nil {
		return err
	}
	if group && slices.ContainsFunc(v.made, func(d rules.Decision) bool { return len(d.Gifts) > 0 }) {
		v.award.Left = true
		return nil
	}
	taken, err := s.takeGifts(ctx, tx, now, v.Purchase, v.made)
	if err != nil {
		return err
	}
	v.decisions = make([]Decision, len(v.made))
	for i, d := range v.made {
		brought, uses := bring(v.Purchase, d, taken)
		v.decisions[i] = Decision{Campaign: d.Campaign, Version: v.numbers[d.Campaign], Outcome: d.Outcome, Brought: brought, Uses: consumed(uses, v.whose), Trace: d.Trace}
		used.add(v.decisions[i].Uses, v.Member)
		points, _ := v.decisions[i].Brought.points()
		v.award.Points += points
	}
	v.award.Decisions, v.award.Worded = v.decisions, worded(v.decisions, v.versions)
	return nil
}

// keep writes the decisions, what they were made of, and what they consume.
func keep(ctx context.Context, tx storage.Tx, now time.Time, decided []*valuation) error {
	var b storage.Batch
	uses := tally{}
	for _, v := range decided {
		rows, err := rowsOf(v.decisions)
		if err != nil {
			return err
		}
		known, err := marshalFacts(v.facts)
		if err != nil {
			return err
		}
		b.ExecN(1, qAward, v.Receipt, known, now)
		b.Exec(qEvaluations, v.Receipt, rows.campaigns, rows.versions, rows.points, rows.expires, rows.brought, rows.uses, rows.traces, now)
		for _, d := range v.decisions {
			uses.add(d.Uses, v.Member)
		}
	}
	uses.queue(&b)
	return b.Send(ctx, tx)
}

// accrue gives what the decisions say.
func accrue(ctx context.Context, tx storage.Tx, now time.Time, decided []*valuation) error {
	var all []ledger.Accrual
	for _, v := range decided {
		for _, d := range v.decisions {
			for _, a := range d.Brought.Accruals {
				all = append(all, ledger.Accrual{
					Key: rewardKey(v.Receipt, d.Campaign, a.Reward), Member: v.Member, Currency: a.Currency, Amount: a.Amount,
					AvailableAt: a.Begins, ExpiresAt: a.Expires, Campaign: d.Campaign, Version: d.Version, Receipt: v.Receipt, Card: v.Card, Frozen: v.Frozen, At: now,
				})
			}
		}
	}
	_, err := ledger.AccrueAllTx(ctx, tx, all)
	return err
}

// addCoupons issues what the decisions say, by the campaigns' ids.
func addCoupons(ctx context.Context, tx storage.Tx, now time.Time, decided []*valuation) error {
	of := map[string][]coupon.Addition{}
	for _, v := range decided {
		for _, d := range v.made {
			for _, c := range d.Coupons {
				if a := addition(v.Purchase, d.Campaign, v.numbers[d.Campaign], c); a.Sum > 0 {
					of[d.Campaign] = append(of[d.Campaign], a)
				}
			}
		}
	}
	for _, campaign := range slices.Sorted(maps.Keys(of)) {
		for _, a := range of[campaign] {
			if _, err := (coupon.Service{}).AddTx(ctx, tx, now, a); err != nil {
				return err
			}
		}
	}
	return nil
}
