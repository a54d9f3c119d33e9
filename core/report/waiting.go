package report

import (
	"context"
	"fmt"
	"sync"
	"time"

	"besedka/core/conversation"
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

// waitingFor is how old the count of who stands where may be. Every turn changes where
// somebody stands, so no index is kept of it, which turns would pay for: this reads all
// conversations, and not for every page.
const waitingFor = 30 * time.Second

// stood is the last count, for all who ask this process.
type stood struct {
	mu     sync.Mutex
	at     time.Time
	people []part
}

// read counts again when the last count is too old.
func (s *stood) read(now time.Time, count func() ([]part, error)) ([]part, time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if age := now.Sub(s.at); age > 0 && age < waitingFor { // a clock that stands still proves nothing
		return s.people, s.at, nil
	}
	people, err := count()
	if err == nil {
		s.people, s.at = people, now
	}
	return people, now, err
}

func (r reading) waiting(ctx context.Context) (w Waiting, err error) {
	people, at, err := r.last.read(r.now, func() ([]part, error) { return r.stand(ctx) })
	if err != nil {
		return w, fmt.Errorf("people at steps: %w", err)
	}
	return waitingOf(at, inOrder(r.Steps, people)), nil
}

func (r reading) stand(ctx context.Context) ([]part, error) {
	standing, err := conversation.ReadStanding(ctx, r.tx)
	people := make([]part, len(standing))
	for i, s := range standing {
		people[i] = part{s.Step(), s.People}
	}
	return people, err
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
