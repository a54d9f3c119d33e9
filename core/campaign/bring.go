package campaign

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/coupon"
	"besedka/core/ledger"
	"besedka/core/prize"
	"besedka/storage"
)

// bring takes the gifts of a decision and tells all that it brings. A gift that is gone
// brings what the campaign says instead.
func (s *Service) bring(ctx context.Context, tx storage.Tx, now time.Time, p Purchase, d rules.Decision) (Brought, error) {
	b := Brought{Accruals: d.Accruals, Coupons: couponsOf(d)}
	for _, g := range d.Gifts {
		taken, err := s.takeGift(ctx, tx, now, prize.Gift{
			Key: rewardKey(p.Receipt, d.Campaign, g.Reward), Pool: g.Pool, Member: p.Member, Receipt: p.Receipt, Campaign: d.Campaign,
		})
		if err != nil {
			return b, err
		}
		if taken {
			b.Gifts = append(b.Gifts, Gift{g.Reward, g.Pool})
			continue
		}
		if b.Gone = append(b.Gone, g.Reward); g.Else != nil && g.Else.Amount > 0 {
			b.Accruals = append(slices.Clip(b.Accruals), *g.Else)
		}
	}
	return b, nil
}

// couponsOf are the coupons of a decision as they are kept with it.
func couponsOf(d rules.Decision) (all []Coupons) {
	for _, c := range d.Coupons {
		sum := c.Sum
		if c.Pool == "" {
			sum = c.Entitlement
		}
		all = append(all, Coupons{c.Reward, c.Pool, c.Window, sum, c.Issue, c.Forfeit})
	}
	return all
}

func (s *Service) takeGift(ctx context.Context, tx storage.Tx, now time.Time, g prize.Gift) (bool, error) {
	if s.Prizes == nil {
		return false, nil
	}
	return s.Prizes.TakeGiftTx(ctx, tx, now, g)
}

// addCoupons issues what the decisions say, by the campaigns' ids.
func (s *Service) addCoupons(ctx context.Context, tx storage.Tx, now time.Time, p Purchase, made []rules.Decision, numbers map[string]int) error {
	ordered := slices.Clone(made)
	slices.SortFunc(ordered, func(a, b rules.Decision) int { return cmp.Compare(a.Campaign, b.Campaign) })
	for _, d := range ordered {
		for _, c := range d.Coupons {
			a := addition(p, d.Campaign, numbers[d.Campaign], c)
			if a.Sum <= 0 {
				continue
			}
			if _, err := (coupon.Service{}).AddTx(ctx, tx, now, a); err != nil {
				return err
			}
		}
	}
	return nil
}

func addition(p Purchase, campaign string, version int, c rules.Coupons) coupon.Addition {
	a := coupon.Addition{
		Key: rewardKey(p.Receipt, campaign, c.Reward), Campaign: campaign, Version: version,
		Pool: c.Pool, Window: c.Window, Member: p.Member, Receipt: p.Receipt, Sum: c.Sum,
		Terms: coupon.Terms{Entitled: c.Entitled, Most: c.Most},
	}
	if c.Pool == "" {
		a.Sum = c.Entitlement
	}
	return a
}

// holdPools keeps the pools that the campaigns of set add to and tells what they have.
func holdPools(ctx context.Context, tx storage.Tx, member int64, wanted []rules.PoolKey) (map[rules.PoolKey]rules.Pooled, error) {
	pools := make(map[rules.PoolKey]rules.Pooled, len(wanted))
	if len(wanted) == 0 {
		return pools, nil
	}
	keys := make([]coupon.Key, len(wanted))
	for i, w := range wanted {
		keys[i] = coupon.Key{Campaign: w.Campaign, Pool: w.Pool, Window: w.Window}
	}
	held, err := coupon.HoldTx(ctx, tx, member, keys)
	if err != nil {
		return nil, err
	}
	for i, w := range wanted {
		h := held[keys[i]]
		pools[w] = rules.Pooled{Sum: h.Sum, Issued: h.Live, Forfeited: h.Forfeited}
	}
	return pools, nil
}

// CouponTerms tells the terms that a receipt was added to a pool under, by deciding
// again on what was known then.
func (s *Service) CouponTerms(ctx context.Context, q storage.Querier, of coupon.Origin) (coupon.Terms, error) {
	d, facts, err := s.again(ctx, q, of.Receipt, of.Campaign, of.Version)
	if err != nil {
		return coupon.Terms{}, err
	}
	for _, c := range d.Coupons {
		if rewardKey(of.Receipt, of.Campaign, c.Reward) == of.Key {
			return coupon.Terms{Entitled: c.Entitled, Most: c.Most}, nil
		}
	}
	if forgotten(facts) {
		return coupon.Terms{Entitled: func(int64) int64 { return 0 }}, nil
	}
	return coupon.Terms{}, fmt.Errorf("version %d of %s adds nothing to pool %s for receipt %d", of.Version, of.Campaign, of.Pool, of.Receipt)
}

// forgotten says whether answers were erased of which a decision was made: it cannot be
// made again, and nobody is there to have the coupons.
func forgotten(f rules.Facts) bool {
	for _, v := range f.Member.Facts {
		if !v.Known() {
			return true
		}
	}
	return false
}

// again decides by one version of a campaign on what was known of a receipt when it was
// credited.
func (s *Service) again(ctx context.Context, q storage.Querier, receipt int64, campaign string, number int) (d rules.Decision, facts rules.Facts, err error) {
	facts, at, err := knownOf(ctx, q, receipt)
	if err != nil {
		return d, facts, err
	}
	row, err := storage.One[versionRow](ctx, q, qVersion, campaign, number)
	if err != nil {
		return d, facts, fmt.Errorf("campaign %s version %d: %w", campaign, number, err)
	}
	c, err := s.load(ctx, q, row)
	if err != nil {
		return d, facts, fmt.Errorf("campaign %s version %d: %w", campaign, number, err)
	}
	decisions, err := rules.NewSet([]*rules.Campaign{c}).Evaluate(facts, at)
	if err != nil {
		return d, facts, err
	}
	return decisions[0], facts, nil
}

// knownOf is what was known of a receipt when it was credited, and that instant.
func knownOf(ctx context.Context, q storage.Querier, receipt int64) (f rules.Facts, at time.Time, err error) {
	known, err := storage.One[awardRow](ctx, q, qAwardOf, receipt)
	if err != nil {
		return f, at, fmt.Errorf("award of receipt %d: %w", receipt, err)
	}
	f, err = unmarshalFacts(known.Facts)
	return f, known.At, err
}

// Standing are the decisions on a receipt, as they were made; none before it is credited.
func (s *Service) Standing(ctx context.Context, q storage.Querier, receipt int64) ([]Decision, error) {
	return decisions(ctx, q, qStanding, receipt)
}

func decisions(ctx context.Context, q storage.Querier, sql string, receipt int64) ([]Decision, error) {
	rows, err := storage.Collect[standingRow](ctx, q, sql, receipt)
	if err != nil {
		return nil, fmt.Errorf("decisions on receipt %d: %w", receipt, err)
	}
	all := make([]Decision, len(rows))
	for i, r := range rows {
		if all[i], err = r.decision(); err != nil {
			return nil, fmt.Errorf("decisions on receipt %d: %w", receipt, err)
		}
	}
	return all, nil
}

func (r standingRow) decision() (Decision, error) {
	d := Decision{Campaign: r.Campaign, Version: r.Version, Trace: r.Trace}
	err1, err2 := json.Unmarshal(r.Brought, &d.Brought), json.Unmarshal(r.Uses, &d.Uses)
	outcome, err := outcome(r.Trace)
	if err := errors.Join(err1, err2, err); err != nil {
		return d, fmt.Errorf("campaign %s: %w", r.Campaign, err)
	}
	d.Outcome = outcome
	if points, _ := d.Brought.points(); r.Points > points { // from before it was kept what a decision brought: one reward, of bonuses
		d.Brought.Accruals = []rules.Accrual{{Currency: ledger.Bonus, Amount: r.Points, Desired: r.Points, Reward: 1, Expires: valueOf(r.Expires)}}
	}
	return d, nil
}

func valueOf(at *time.Time) (zero time.Time) {
	if at == nil {
		return zero
	}
	return *at
}
