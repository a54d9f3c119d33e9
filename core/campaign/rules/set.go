package rules

import (
	"cmp"
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

// Evaluate decides on f by every campaign when what they give is activated now,
// one Decision a campaign. It fails when a campaign's own expressions cannot be
// computed.
func (s *Set) Evaluate(f Facts, now time.Time) ([]Decision, error) {
	decisions := make([]Decision, len(s.campaigns))
	for i, c := range s.campaigns {
		a, err := c.Evaluate(f.Receipt, now)
		if err != nil {
			return nil, err
		}
		decisions[i] = Decision{Campaign: c.ID, Outcome: Credited, Trace: a.Trace}
		if a.Points > 0 {
			decisions[i].Accruals = []Accrual{{Currency: "bonus", Amount: a.Points, Desired: a.Points, Reward: 1, Expires: a.Expires}}
		}
	}
	return decisions, nil
}

// Counters are those that Facts.Used must tell before Evaluate.
func (s *Set) Counters(f Facts) []Counter { return nil }

// Pools are those that Facts.Pools must tell before Evaluate.
func (s *Set) Pools(f Facts) []PoolKey { return nil }

// Segments are those of which Member.Segments must tell whether the member is
// in them, sorted.
func (s *Set) Segments() []string { return nil }
