package rules

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// A Set is the campaigns that decide on one receipt together.
type Set struct {
	campaigns []*Campaign // by priority, the highest first, then by id
}

// NewSet puts campaigns into their order, which is the same in whatever order
// they are given.
func NewSet(campaigns []*Campaign) *Set {
	s := &Set{slices.Clone(campaigns)}
	slices.SortFunc(s.campaigns, func(a, b *Campaign) int {
		return cmp.Or(cmp.Compare(b.priority, a.priority), cmp.Compare(a.ID, b.ID))
	})
	return s
}

// Evaluate decides on facts by every campaign when what they give is activated
// now: one Decision a campaign, in the order of the set. It fails when a
// campaign's own expressions cannot be computed.
func (s *Set) Evaluate(facts Facts, now time.Time) ([]Decision, error) {
	e := newEnv(&facts, now)
	found := make([]*finding, len(s.campaigns))
	for i, c := range s.campaigns {
		var err error
		if found[i], err = c.decide(e); err != nil {
			return nil, err
		}
	}
	s.settle(found)
	decisions := make([]Decision, len(found))
	for i, f := range found {
		decisions[i] = f.d
		f.trace.Outcome = f.d.Outcome
		var err error
		if decisions[i].Trace, err = encode(f.trace); err != nil {
			return nil, err
		}
	}
	return decisions, nil
}

// ReadsGoods says whether any of them asks what the lines of a receipt are in the
// catalogue, so that one which nobody is sure of has to be decided first.
func (s *Set) ReadsGoods() bool { return slices.ContainsFunc(s.campaigns, (*Campaign).readsGoods) }

func (c *Campaign) readsGoods() bool {
	if p := c.goods.program; p != nil && slices.ContainsFunc(p.Names(), func(n string) bool { return n == "category" || n == "product" }) {
		return true
	}
	return slices.ContainsFunc(c.rewards, func(r *reward) bool {
		a := r.accrues
		return a != nil && (len(a.branches) > 0 || a.favorite != "")
	})
}

// Counters are those that Facts.Used must tell before Evaluate, in the order in
// which to lock them.
func (s *Set) Counters(facts Facts) (all []Counter) {
	for _, c := range s.campaigns {
		local := facts.Receipt.Purchased.In(c.zone)
		if key, counts := c.frequency(local); counts {
			all = append(all, key)
		}
		for _, l := range c.limits {
			if key, counted := c.counter(l, local); counted && (l.of != OfStore || facts.Store.ID != "") {
				all = append(all, key)
			}
		}
	}
	slices.SortFunc(all, func(a, b Counter) int {
		return cmp.Or(cmp.Compare(a.Campaign, b.Campaign), cmp.Compare(a.Limit, b.Limit), cmp.Compare(a.Of, b.Of), cmp.Compare(a.Window, b.Window))
	})
	return all
}

// Pools are those that Facts.Pools must tell before Evaluate, in the order in
// which to lock them.
func (s *Set) Pools(facts Facts) (all []PoolKey) {
	for _, c := range s.campaigns {
		local := facts.Receipt.Purchased.In(c.zone)
		for _, p := range c.pools {
			all = append(all, PoolKey{c.ID, p.name, window(p.window, local)})
		}
	}
	slices.SortFunc(all, func(a, b PoolKey) int {
		return cmp.Or(cmp.Compare(a.Campaign, b.Campaign), cmp.Compare(a.Pool, b.Pool), cmp.Compare(a.Window, b.Window))
	})
	return all
}

// Segments are those of which Member.Segments must tell whether the member is
// in them, sorted.
func (s *Set) Segments() []string {
	names := map[string]bool{}
	for _, c := range s.campaigns {
		for _, name := range c.audience {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}
