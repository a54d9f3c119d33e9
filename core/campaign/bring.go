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

// bring tells all that a decision brings, and consumes. A gift that is gone brings what
// the campaign says instead.
func bring(p Purchase, d rules.Decision, taken map[string]bool) (b Brought, uses []rules.Use) {
	b, uses = Brought{Accruals: d.Accruals, Coupons: couponsOf(d)}, d.Uses
	for _, g := range d.Gifts {
		if taken[rewardKey(p.Receipt, d.Campaign, g.Reward)] {
			b.Gifts = append(b.Gifts, Gift{g.Reward, g.Pool})
			continue
		}
		if b.Gone = append(b.Gone, g.Reward); g.Else != nil && g.Else.Amount > 0 {
			b.Accruals = append(slices.Clip(b.Accruals), *g.Else)
			uses = append(slices.Clip(uses), g.Uses...)
		}
	}
	return b, uses
}

// takeGifts takes the gifts of decisions, by the names of their prizes, and says by their
// keys which were there.
func (s *Service) takeGifts(ctx context.Context, tx storage.Tx, now time.Time, p Purchase, made []rules.Decision) (map[string]bool, error) {
	var won []prize.Gift
	for _, d := range made {
		for _, g := range d.Gifts {
			won = append(won, prize.Gift{
				Key: rewardKey(p.Receipt, d.Campaign, g.Reward), Pool: g.Pool, Member: p.Member, Receipt: p.Receipt, Campaign: d.Campaign,
			})
		}
	}
	slices.SortStableFunc(won, byPrize)
	taken := make(map[string]bool, len(won))
	for _, g := range won {
		var err error
		if taken[g.Key], err = s.takeGift(ctx, tx, now, g); err != nil {
			return nil, err
		}
	}
	return taken, nil
}

// byPrize is the order in which everybody locks several prizes.
func byPrize(a, b prize.Gift) int { return cmp.Compare(a.Pool, b.Pool) }

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

// CouponTerms tells the terms that receipts were added to pools under, by deciding
// again on what was known then: each version is looked for once, and all that was known
// at once.
func (s *Service) CouponTerms(ctx context.Context, q storage.Querier, of []coupon.Origin) ([]coupon.Terms, error) {
	known, err := awardsOf(ctx, q, of)
	if err != nil {
		return nil, err
	}
	versions := map[numbered]*rules.Campaign{}
	terms := make([]coupon.Terms, len(of))
	for i, o := range of {
		n := numbered{o.Campaign, o.Version}
		if versions[n] == nil {
			if versions[n], err = s.numbered(ctx, q, n); err != nil {
				return nil, err
			}
		}
		if terms[i], err = termsOf(o, known[o.Receipt], versions[n]); err != nil {
			return nil, fmt.Errorf("%s: %w", o.Key, err)
		}
	}
	return terms, nil
}

// awardsOf is what was known of the receipts that were added to pools.
func awardsOf(ctx context.Context, q storage.Querier, of []coupon.Origin) (map[int64]awardRow, error) {
	receipts := make([]int64, len(of))
	for i, o := range of {
		receipts[i] = o.Receipt
	}
	rows, err := storage.Collect[awardRow](ctx, q, qAwardsOf, receipts)
	if err != nil {
		return nil, fmt.Errorf("awards of receipts: %w", err)
	}
	known := make(map[int64]awardRow, len(rows))
	for _, r := range rows {
		known[r.Receipt] = r
	}
	return known, nil
}

func termsOf(o coupon.Origin, known awardRow, c *rules.Campaign) (coupon.Terms, error) {
	d, facts, err := known.again(c)
	if err != nil {
		return coupon.Terms{}, err
	}
	for _, r := range d.Coupons {
		if rewardKey(o.Receipt, o.Campaign, r.Reward) == o.Key {
			return coupon.Terms{Entitled: r.Entitled, Most: r.Most, Forgotten: forgotten(facts)}, nil
		}
	}
	if forgotten(facts) {
		return coupon.Terms{Entitled: func(int64) int64 { return 0 }, Forgotten: true}, nil
	}
	return coupon.Terms{}, fmt.Errorf("version %d of %s adds nothing to pool %s for receipt %d", o.Version, o.Campaign, o.Pool, o.Receipt)
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

// numbered names a version.
type numbered struct {
	campaign string
	version  int
}

func (s *Service) numbered(ctx context.Context, q storage.Querier, n numbered) (*rules.Campaign, error) {
	row, err := storage.One[versionRow](ctx, q, qVersion, n.campaign, n.version)
	if err != nil {
		return nil, fmt.Errorf("campaign %s version %d: %w", n.campaign, n.version, err)
	}
	c, err := s.load(ctx, q, row)
	if err != nil {
		return nil, fmt.Errorf("campaign %s version %d: %w", n.campaign, n.version, err)
	}
	return c, nil
}

// again decides by one version of a campaign on what was known of a receipt when it was
// credited.
func (r awardRow) again(c *rules.Campaign) (d rules.Decision, facts rules.Facts, err error) {
	if facts, err = unmarshalFacts(r.Facts); err != nil {
		return d, facts, err
	}
	decisions, err := rules.NewSet([]*rules.Campaign{c}).Evaluate(facts, r.At)
	if err != nil {
		return d, facts, err
	}
	return decisions[0], facts, nil
}

// knownOf is what was known of a receipt when it was credited, and that instant.
func knownOf(ctx context.Context, q storage.Querier, receipt int64) (f rules.Facts, at time.Time, err error) {
	known, err := storage.One[awardRow](ctx, q, qAwardsOf, []int64{receipt})
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
