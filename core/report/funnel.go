package report

import (
	"context"
	"fmt"

	"besedka/core/funnel"
)

// Funnel is how far those have come who came into a script for the first time today.
type Funnel struct {
	Flow     string  `json:"flow"`
	Came     Count   `json:"came"`
	Withheld bool    `json:"withheld"` // see Split
	Stages   []Stage `json:"stages"`   // none when withheld
}

// Stage is how many came as far as it, or farther, and how many of them no farther.
type Stage struct {
	Stage   string `json:"stage"`
	Reached Count  `json:"reached"`
	Here    Count  `json:"here"`
}

func (r reading) funnels(ctx context.Context) ([]Funnel, error) {
	out := []Funnel{}
	for _, f := range r.Funnels {
		furthest, err := funnel.Furthest(ctx, r.tx, f.Name, f.Stages, r.from, r.until)
		if err != nil {
			return nil, fmt.Errorf("funnels: %w", err)
		}
		out = append(out, besideMembers(funnelOf(f, furthest), r.registered, furthest))
	}
	return out, nil
}

// besideMembers withholds what the count of those who registered would give away: who
// registers comes to the last stage in the same breath, so both tell of the same people.
func besideMembers(f Funnel, registered int64, furthest []int64) Funnel {
	near := func(n int64) bool { return n > registered-Least && n < registered+Least }
	came, hidden := int64(0), f.Withheld
	for _, n := range furthest {
		came += n
	}
	for _, s := range f.Stages {
		hidden = hidden || !s.Here.Exact()
	}
	if registered < Least || came < Least || !hidden {
		return f
	}
	if near(came) && came != registered {
		f.Came = Count{registered + 1, registered + few.To}
		if came < registered {
			f.Came = Count{max(registered-few.To, Least), registered - 1}
		}
		f.Withheld, f.Stages = true, []Stage{}
	}
	if near(furthest[len(furthest)-1]) {
		f.Withheld, f.Stages = true, []Stage{}
	}
	return f
}

// funnelOf tells of where people are what may be told, and of how many came how far no
// more than follows from it.
func funnelOf(f Flow, furthest []int64) Funnel {
	parts, came := make([]part, len(furthest)), int64(0)
	for i, n := range furthest {
		parts[i], came = part{f.Stages[i], n}, came+n
	}
	s := split(f.Name, parts)
	out := Funnel{Flow: f.Name, Came: told(came), Withheld: s.Withheld, Stages: make([]Stage, len(s.Groups))}
	before := Count{0, 0}
	for i, g := range s.Groups {
		out.Stages[i] = Stage{g.Name, between(came, before, s.Groups[i:]), g.Members}
		before = Count{before.From + g.Members.From, before.To + g.Members.To}
	}
	return out
}

// between is how many of all are in groups, by what is told of them and of the rest.
func between(all int64, rest Count, groups []Group) Count {
	in := Count{}
	for _, g := range groups {
		in = Count{in.From + g.Members.From, in.To + g.Members.To}
	}
	return Count{max(in.From, all-rest.To), min(in.To, all-rest.From)}
}
