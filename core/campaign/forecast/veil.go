package forecast

import (
	"slices"
	"time"

	"besedka/core/campaign/rules"
)

// Veiled is the forecast for people who may not look at members: nobody is named, times
// are days, and what fewer than k members have done is left out. Of days so many are
// left out that the rest of the totals is of k members, too.
func (r Result) Veiled(k int64, zone *time.Location) Result {
	v := veil{k, zone}
	if v.few(r.Members) {
		return Result{Campaign: r.Campaign, Hidden: true, Draft: Side{Few: true, Limits: []Limit{}}, Days: []Day{}, Changes: []Change{}}
	}
	out := r
	out.Draft, out.Changes = v.side(r.Draft), v.changes(r.Changes)
	if r.Active != nil {
		active := v.side(*r.Active)
		out.Active = &active
	}
	out.Days = v.days(r.Days)
	fewSides := out.Draft.Few || out.Active != nil && out.Active.Few
	if fewSides { // the difference would tell of those few
		out.Changes = []Change{}
		for i := range out.Days {
			out.Days[i].Draft, out.Days[i].Active, out.Days[i].Budgets = Cost{}, Cost{}, nil
		}
	}
	out.Hidden = fewSides || slices.ContainsFunc(out.Days, func(d Day) bool { return d.Few }) || slices.ContainsFunc(out.Changes, func(c Change) bool { return c.Few })
	return out
}

type veil struct {
	k    int64
	zone *time.Location
}

func (v veil) few(members int64) bool { return members > 0 && members < v.k }

func (v veil) day(at time.Time) time.Time {
	year, month, day := at.In(v.zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, v.zone)
}

func (v veil) side(s Side) Side {
	if v.few(s.Members) {
		return Side{Few: true, Limits: []Limit{}}
	}
	s.Limits, s.Stock = slices.Clone(s.Limits), slices.Clone(s.Stock)
	for i := range s.Limits {
		s.Limits[i] = v.limit(s.Limits[i])
	}
	for i := range s.Stock {
		s.Stock[i].Gone = v.day(s.Stock[i].Gone)
	}
	return s
}

func (v veil) limit(l Limit) Limit {
	if l.Of != rules.OfCampaign && v.few(l.Times) {
		l.Times, l.First = 0, nil
	}
	if l.First != nil {
		first := v.day(*l.First)
		l.First = &first
	}
	l.Ends = slices.Clone(l.Ends)
	for i := range l.Ends {
		l.Ends[i].At = v.day(l.Ends[i].At)
	}
	return l
}

func (v veil) changes(all []Change) []Change {
	out := make([]Change, len(all))
	for i, c := range all {
		if v.few(c.Gain.Members) || v.few(c.Lose.Members) || v.few(c.Same) {
			out[i] = Change{Measure: c.Measure, Few: true}
			continue
		}
		c.Gain.Most, c.Lose.Most = nil, nil
		out[i] = c
	}
	return out
}

// days leaves days of few out, and then the least of the others until what is left out
// is of enough people by every count. A running budget would tell what a day that is
// left out has used.
func (v veil) days(all []Day) []Day {
	out := slices.Clone(all)
	byMembers := make([]int, len(out))
	for i, d := range out {
		byMembers[i] = i
		out[i].Few = v.few(d.Members) || v.few(d.draft) || v.few(d.active)
	}
	slices.SortStableFunc(byMembers, func(a, b int) int { return int(out[a].Members - out[b].Members) })
	for _, i := range byMembers {
		if v.covered(out) {
			break
		}
		out[i].Few = true
	}
	hidden := slices.ContainsFunc(out, func(d Day) bool { return d.Few })
	for i, d := range out {
		if d.Few {
			out[i] = Day{Day: d.Day, Few: true}
		} else if hidden {
			out[i].Budgets = nil
		}
	}
	return out
}

// covered says whether what is left out is of nobody or of enough people.
func (v veil) covered(days []Day) bool {
	var members, draft, active int64
	for _, d := range days {
		if d.Few {
			members, draft, active = max(members, d.Members), max(draft, d.draft), max(active, d.active)
		}
	}
	return !v.few(members) && !v.few(draft) && !v.few(active)
}
