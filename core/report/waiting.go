package report

import (
	"context"
	"time"
)

// Waiting is at which steps of the scripts people stand now, each person at one.
type Waiting struct {
	At       time.Time `json:"at"`       // the moment of these figures: they are counted less often
	Withheld bool      `json:"withheld"` // see Split
	Steps    []Step    `json:"steps"`    // in the order of the programme, without those where nobody stands
}

// Step is one of them. "" are those that only earlier releases have.
type Step struct {
	Step   string `json:"step"` // flow/step
	People Count  `json:"people"`
}

func (r reading) waiting(ctx context.Context) (Waiting, error) {
	standing, at, err := r.census.Read(ctx, r.tx, r.now)
	if err != nil {
		return Waiting{}, err
	}
	people := make([]part, len(standing))
	for i, s := range standing {
		people[i] = part{s.Step(), s.People}
	}
	return waitingOf(at, inOrder(r.Steps, people)), nil
}

// waitingOf tells of people at steps what may be told.
func waitingOf(at time.Time, people []part) Waiting {
	var there []part
	for _, p := range people {
		if p.Members > 0 {
			there = append(there, p)
		}
	}
	s := split("step", there)
	w := Waiting{At: at, Withheld: s.Withheld, Steps: make([]Step, len(s.Groups))}
	for i, g := range s.Groups {
		w.Steps[i] = Step{g.Name, g.Members}
	}
	return w
}
