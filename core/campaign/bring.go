package campaign

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/coupon"
	"besedka/core/ledger"
	"besedka/core/prize"
	"besedka/storage"
)

// bring takes the gifts of a decision and tells all that it brings, and consumes. A gift
// that is gone brings what the campaign says instead.
func (s *Service) bring(ctx context.Context, tx storage.Tx, now time.Time, p Purchase, d rules.Decision) (b Brought, uses []rules.Use, err error) {
	b, uses = Brought{Accruals: d.Accruals}, d.Uses
	for _, c := range d.Coupons {
		sum := c.Sum
		if c.Pool == "" {
			sum = c.Entitlement
		}
		b.Coupons = append(b.Coupons, Coupons{c.Reward, c.Pool, c.Window, sum, c.Issue, c.Forfeit})
	}
	for _, g := range d.Gifts {
		taken, err := s.takeGift(ctx, tx, now, prize.Gift{
			Key: rewardKey(p.Receipt, d.Campaign, g.Reward), Pool: g.Pool, Member: p.Member, Receipt: p.Receipt, Campaign: d.Campaign,
		})
		if err != nil {
			return b, nil, err
		}
		if taken {
			b.Gifts = append(b.Gifts, Gift{g.Reward, g.Pool})
			continue
		}
		if b.Gone = append(b.Gone, g.Reward); g.Else != nil && g.Else.Amount > 0 {
			b.Accruals = append(slices.Clip(b.Accruals), *g.Else)
			uses = append(slices.Clip(uses), g.Uses...)
		}
	}
	return b, uses, nil
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
	known, err := storage.One[awardRow](ctx, q, qAwardOf, receipt)
	if err != nil {
		return d, facts, fmt.Errorf("award of receipt %d: %w", receipt, err)
	}
	if facts, err = unmarshalFacts(known.Facts); err != nil {
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
	decisions, err := rules.NewSet([]*rules.Campaign{c}).Evaluate(facts, known.At)
	if err != nil {
		return d, facts, err
	}
	return decisions[0], facts, nil
}

// TakeBackTx gives back what the decisions on a receipt have consumed of limits and
// budgets, and takes back the gifts that have not left us. Points and coupons are for
// the caller, who holds the receipt and comes here before them.
func (s *Service) TakeBackTx(ctx context.Context, tx storage.Tx, now time.Time, receipt, member int64, reason string) error {
	if err := s.takeBack(ctx, tx, now, receipt, member, reason); err != nil {
		return fmt.Errorf("take limits and gifts of receipt %d back: %w", receipt, err)
	}
	return nil
}

func (s *Service) takeBack(ctx context.Context, tx storage.Tx, now time.Time, receipt, member int64, reason string) error {
	standing, err := s.Standing(ctx, tx, receipt)
	if err != nil {
		return err
	}
	var b storage.Batch
	addUsed(&b, released(standing), member)
	if err := b.Send(ctx, tx); err != nil {
		return err
	}
	for _, d := range standing {
		for _, g := range d.Brought.Gifts {
			if s.Prizes == nil {
				continue
			}
			if _, err := s.Prizes.RevokeGiftTx(ctx, tx, now, rewardKey(receipt, d.Campaign, g.Reward), reason); err != nil {
				return err
			}
		}
	}
	return nil
}

// released is what gives back all that decisions have consumed.
func released(decisions []Decision) (uses []Used) {
	for _, d := range decisions {
		for _, u := range d.Uses {
			u.Amount = -u.Amount
			uses = append(uses, u)
		}
	}
	return uses
}

// Standing are the decisions on a receipt; none before it is credited.
func (s *Service) Standing(ctx context.Context, q storage.Querier, receipt int64) ([]Decision, error) {
	rows, err := storage.Collect[standingRow](ctx, q, qStanding, receipt)
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
	var told struct{ Outcome rules.Outcome }
	for _, part := range []struct {
		text []byte
		into any
	}{{r.Brought, &d.Brought}, {r.Uses, &d.Uses}, {r.Trace, &told}} {
		if err := json.Unmarshal(part.text, part.into); err != nil {
			return d, fmt.Errorf("campaign %s: %w", r.Campaign, err)
		}
	}
	d.Outcome = told.Outcome
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
