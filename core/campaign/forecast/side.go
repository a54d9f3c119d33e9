package forecast

import (
	"fmt"
	"maps"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/coupon"
)

// A side is one set of campaigns and all that it has used up and given so far.
type side struct {
	set      *rules.Set
	campaign string // of which Own is
	counters map[series]*recent[owner, int64]
	pools    map[poolSeries]*recent[int64, rules.Pooled]
	stock    map[string]int64 // of gifts; nil: they never run out
	limits   []*limit         // of the campaign
	gone     map[string]time.Time
	own, all Cost
	got      map[int64]bool // members to whom the campaign gave anything
}

// series is one counter in all of its windows and of all its owners.
type series struct {
	campaign, limit string
	of              rules.Subject
}

type owner struct {
	member int64
	store  string
}

type poolSeries struct{ campaign, pool string }

func newSide(campaign string, set []*rules.Campaign, stock map[string]int64) *side {
	s := &side{
		set: rules.NewSet(set), campaign: campaign, stock: maps.Clone(stock), gone: map[string]time.Time{}, got: map[int64]bool{},
		counters: map[series]*recent[owner, int64]{}, pools: map[poolSeries]*recent[int64, rules.Pooled]{},
	}
	for _, c := range set {
		if c.ID != campaign {
			continue
		}
		for _, b := range c.Bounds() {
			s.limits = append(s.limits, &limit{Limit: Limit{Bound: b}})
		}
	}
	return s
}

// credit decides on a receipt, uses up what the decisions use up, and returns what the
// campaign itself and all of them together bring.
func (s *side) credit(f rules.Facts) (own, all Cost, err error) {
	s.tell(&f)
	made, err := s.set.Evaluate(f, f.Receipt.Purchased)
	if err != nil {
		return own, all, fmt.Errorf("a receipt of %s: %w", f.Receipt.Purchased.Format(time.RFC3339), err)
	}
	for _, d := range made {
		brought := s.take(&f, d)
		all.add(brought)
		if d.Campaign == s.campaign {
			own.add(brought)
		}
	}
	s.own.add(own)
	s.all.add(all)
	if !own.nothing() {
		s.got[f.Member.ID] = true
	}
	return own, all, nil
}

// tell gives the facts the counters and pools as they are now.
func (s *side) tell(f *rules.Facts) {
	f.Used, f.Pools = map[rules.Counter]int64{}, map[rules.PoolKey]rules.Pooled{}
	for _, key := range s.set.Counters(*f) {
		f.Used[key] = s.counter(key)[ownerOf(key, f)]
	}
	for _, key := range s.set.Pools(*f) {
		f.Pools[key] = s.pool(key)[f.Member.ID]
	}
}

func (s *side) counter(key rules.Counter) map[owner]int64 {
	of := series{key.Campaign, key.Limit, key.Of}
	if s.counters[of] == nil {
		s.counters[of] = &recent[owner, int64]{}
	}
	return s.counters[of].in(key.Window)
}

func (s *side) pool(key rules.PoolKey) map[int64]rules.Pooled {
	of := poolSeries{key.Campaign, key.Pool}
	if s.pools[of] == nil {
		s.pools[of] = &recent[int64, rules.Pooled]{}
	}
	return s.pools[of].in(key.Window)
}

func ownerOf(key rules.Counter, f *rules.Facts) owner {
	switch key.Of {
	case rules.OfMember:
		return owner{member: f.Member.ID}
	case rules.OfStore:
		return owner{store: f.Store.ID}
	}
	return owner{}
}

// take does in memory what crediting does with a decision.
func (s *side) take(f *rules.Facts, d rules.Decision) (c Cost) {
	c.Discount = d.Discount
	for _, a := range d.Accruals {
		c.addPoints(a.Currency, a.Amount)
	}
	for _, added := range d.Coupons {
		c.Coupons += s.addCoupons(f, d.Campaign, added)
	}
	s.use(f, d.Uses)
	for _, g := range d.Gifts {
		switch {
		case s.takeGift(g.Pool, f.Receipt.Purchased):
			c.Gifts++
		case g.Else != nil && g.Else.Amount > 0:
			c.addPoints(g.Else.Currency, g.Else.Amount)
			s.use(f, g.Uses)
		}
	}
	return c
}

// addCoupons issues as package coupon does: what adds nothing is left out, and of more
// than MaxAtOnce the rest is forfeited.
func (s *side) addCoupons(f *rules.Facts, campaign string, c rules.Coupons) (issued int64) {
	issued = min(c.Issue, coupon.MaxAtOnce)
	if c.Pool == "" {
		return issued
	}
	if c.Sum <= 0 {
		return 0
	}
	pools := s.pool(rules.PoolKey{Campaign: campaign, Pool: c.Pool, Window: c.Window})
	had := pools[f.Member.ID]
	pools[f.Member.ID] = rules.Pooled{Sum: had.Sum + c.Sum, Issued: had.Issued + issued, Forfeited: had.Forfeited + c.Forfeit + c.Issue - issued}
	return issued
}

func (s *side) takeGift(pool string, at time.Time) bool {
	if s.stock == nil {
		return true
	}
	if s.stock[pool] <= 0 {
		return false
	}
	if s.stock[pool]--; s.stock[pool] == 0 {
		s.gone[pool] = at
	}
	return true
}

func (s *side) use(f *rules.Facts, uses []rules.Use) {
	for _, u := range uses {
		of, counter := ownerOf(u.Counter, f), s.counter(u.Counter)
		before := counter[of]
		counter[of] = before + u.Amount
		for _, l := range s.limits {
			if u.Counter.Campaign == s.campaign && u.Counter.Limit == l.ID {
				l.use(u, before, f.Receipt.Purchased)
			}
		}
	}
}
