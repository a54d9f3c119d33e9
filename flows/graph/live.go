package graph

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"besedka/core/source"
)

// Live is what members did since some instant, by steps that wait, each named
// flow/step.
type Live struct {
	Turns       map[Pair]int64   // from where they waited to where they wait
	Before, Now map[string]int64 // members who waited then, and who wait now
}

// Pair is two steps that a turn led between; either may be none of the flow.
type Pair struct{ From, To string }

// Counts are the figures of one step: Before + In = Out + Now. Some of those in
// and out came from and went to where this flow is not.
type Counts struct {
	Before int64 `json:"before"`
	In     int64 `json:"in"`
	Out    int64 `json:"out"`
	Now    int64 `json:"now"`
	Came   int64 `json:"came"`
	Left   int64 `json:"left"`
}

// Counted returns the graph with figures at its steps and edges. A turn may pass
// steps that do not wait: where no edge joins its ends, it gets one of its own.
func (g Graph) Counted(live Live, lang string) Graph {
	g.Nodes, g.Edges = slices.Clone(g.Nodes), slices.Clone(g.Edges)
	counts, places := map[string]*Counts{}, map[string]int{}
	for i, n := range g.Nodes {
		if n.step() {
			name := g.Name + "/" + n.Title
			places[name] = i
			counts[name] = &Counts{Before: live.Before[name], Now: live.Now[name]}
		}
	}
	byName := func(a, b Pair) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) }
	for _, pair := range slices.SortedFunc(maps.Keys(live.Turns), byName) {
		from, to := counts[pair.From], counts[pair.To]
		from.leave(live.Turns[pair], to == nil)
		to.enter(live.Turns[pair], from == nil)
		if from != nil && to != nil {
			g.count(places[pair.From], places[pair.To], live.Turns[pair])
		}
	}
	for name, c := range counts {
		if *c != (Counts{}) {
			g.Nodes[places[name]].Counts = c
			g.Nodes[places[name]].Note = c.in(lang)
		}
	}
	return g
}

// Waiting returns the graph with how many wait at its steps, by flow/step.
func (g Graph) Waiting(people map[string]int64, lang string) Graph {
	g.Nodes = slices.Clone(g.Nodes)
	for i, n := range g.Nodes {
		if waits := people[g.Name+"/"+n.Title]; n.step() && waits > 0 {
			g.Nodes[i].Note = []string{source.Sentence("ждут %d", "%d wait", waits).In(lang)}
		}
	}
	return g
}

func (n Node) step() bool { return n.Kind != Start && n.Kind != Hear && n.Kind != Stop }

func (c *Counts) leave(turns int64, elsewhere bool) {
	if c == nil {
		return
	}
	c.Out += turns
	if elsewhere {
		c.Left += turns
	}
}

func (c *Counts) enter(turns int64, elsewhere bool) {
	if c == nil {
		return
	}
	c.In += turns
	if elsewhere {
		c.Came += turns
	}
}

func (c *Counts) in(lang string) []string {
	return []string{
		source.Sentence("ждали %d · вошли %d (извне %d)", "%d waited · %d in (%d from elsewhere)", c.Before, c.In, c.Came).In(lang),
		source.Sentence("вышли %d (вовне %d) · ждут %d", "%d out (%d to elsewhere) · %d wait", c.Out, c.Left, c.Now).In(lang),
	}
}

// count puts turns on an edge.
func (g *Graph) count(from, to int, turns int64) {
	i := slices.IndexFunc(g.Edges, func(e Edge) bool { return e.From == from && e.To == to })
	if i < 0 {
		i = len(g.Edges)
		g.Edges = append(g.Edges, Edge{From: from, To: to, Through: true})
	}
	g.Edges[i].Turns = turns
}

// text is the lines at an edge.
func (e Edge) text() []string {
	if e.Turns == 0 {
		return e.Labels
	}
	return append(slices.Clone(e.Labels), fmt.Sprintf("× %d", e.Turns))
}
