package forecast

import (
	"cmp"
	"slices"
)

// A Measure is what of members is compared: points of a currency, coupons or gifts.
type Measure struct {
	Of       string `json:"of"` // points, coupons, gifts
	Currency string `json:"currency,omitempty"`
}

// Change is how members would fare by one measure.
type Change struct {
	Measure
	Gain Group `json:"gain"`
	Lose Group `json:"lose"`
	Same int64 `json:"same"` // members
	Few  bool  `json:"few,omitempty"`
}

// Group is the members who gain, or those who lose. What they lose is told below zero.
type Group struct {
	Members int64  `json:"members"`
	Sum     int64  `json:"sum"`
	Median  int64  `json:"median"`         // of an even number the lesser
	Most    []Move `json:"most,omitempty"` // the greatest first
}

// Move is what changes for one member.
type Move struct {
	Member int64 `json:"member"`
	By     int64 `json:"by"`
}

// maxMost is how many members are named on either side.
const maxMost = 10

// people are the members with what changes for each, by the place of the measure.
type people struct {
	measures []Measure
	got      map[int64][]int64
}

func newPeople() *people { return &people{got: map[int64][]int64{}} }

func (p *people) add(member int64, draft, active Cost) {
	p.change(member, draft, 1)
	p.change(member, active, -1)
}

func (p *people) change(member int64, c Cost, sign int64) {
	if _, known := p.got[member]; !known {
		p.got[member] = nil
	}
	for currency, amount := range c.Points {
		p.move(member, Measure{"points", currency}, sign*amount)
	}
	p.move(member, Measure{Of: "coupons"}, sign*c.Coupons)
	p.move(member, Measure{Of: "gifts"}, sign*c.Gifts)
}

func (p *people) move(member int64, m Measure, by int64) {
	if by == 0 {
		return
	}
	at := slices.Index(p.measures, m)
	if at < 0 {
		at, p.measures = len(p.measures), append(p.measures, m)
	}
	moves := p.got[member]
	for len(moves) <= at {
		moves = append(moves, 0)
	}
	moves[at] += by
	p.got[member] = moves
}

// changes are told by measure, points first.
func (p *people) changes() []Change {
	all := []Change{}
	for at, m := range p.measures {
		var moves []Move
		for member, by := range p.got {
			if at < len(by) && by[at] != 0 {
				moves = append(moves, Move{member, by[at]})
			}
		}
		slices.SortFunc(moves, func(a, b Move) int { return cmp.Or(cmp.Compare(a.By, b.By), cmp.Compare(a.Member, b.Member)) })
		middle, _ := slices.BinarySearchFunc(moves, 0, func(m Move, zero int64) int { return cmp.Compare(m.By, zero) })
		lose, gain := moves[:middle], moves[middle:]
		c := Change{Measure: m, Lose: groupOf(lose), Gain: groupOf(gain), Same: int64(len(p.got) - len(moves))}
		c.Lose.Most = slices.Clone(lose[:min(len(lose), maxMost)])
		c.Gain.Most = mostGain(gain)
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Change) int {
		return cmp.Or(-cmp.Compare(a.Of, b.Of), cmp.Compare(a.Currency, b.Currency)) // points, gifts, coupons
	})
	return all
}

// mostGain are the last ones, the greatest first; among equals the earlier member.
func mostGain(gain []Move) []Move {
	most := slices.Clone(gain)
	slices.SortFunc(most, func(a, b Move) int { return cmp.Or(cmp.Compare(b.By, a.By), cmp.Compare(a.Member, b.Member)) })
	return most[:min(len(most), maxMost)]
}

func groupOf(moves []Move) (g Group) {
	g.Members = int64(len(moves))
	for _, m := range moves {
		g.Sum += m.By
	}
	if n := len(moves); n > 0 {
		g.Median = moves[(n-1)/2].By
	}
	return g
}
