package graph

import (
	"slices"
	"strings"

	"besedka/flows"
)

// A Graph is one flow as it is drawn. Its nodes stand in the order of the file,
// from the top down.
type Graph struct {
	Name  string `json:"name"`
	Nodes []Node `json:"nodes"`
	Edges []Edge `json:"edges"`
}

// A Node is a step, or where the flow begins, is interrupted or ends.
type Node struct {
	Kind   Kind     `json:"kind"`
	Title  string   `json:"title"`  // of a step its name
	Detail string   `json:"detail"` // what happens in it
	Note   []string `json:"-"`      // the counts in words
	Counts *Counts  `json:"counts,omitempty"`
}

// Kind is what a node is drawn as: a step by the most notable of its parts.
type Kind string

// The kinds. The last three are no steps.
const (
	Say     Kind = "say"
	Ask     Kind = "ask"
	Call    Kind = "call"
	Wait    Kind = "wait"
	Handoff Kind = "handoff"
	Run     Kind = "run"
	Go      Kind = "go" // nothing but a way on
	End     Kind = "end"
	Start   Kind = "start"
	Hear    Kind = "listen"
	Stop    Kind = "stop"
)

// An Edge leads from one node to another, both named by their places in Nodes.
type Edge struct {
	From    int      `json:"from"`
	To      int      `json:"to"`
	Labels  []string `json:"labels,omitempty"` // one for every way that takes it
	Turns   int64    `json:"turns,omitempty"`
	Through bool     `json:"through,omitempty"` // turns went so, past steps between
}

// builder knows where the steps stand.
type builder struct {
	Graph
	flow  *flows.Flow
	lang  string
	nodes map[string]int // of steps
}

// Of returns the graph of f; titles of buttons are in lang.
func Of(f *flows.Flow, lang string) Graph {
	b := &builder{Graph: Graph{Name: f.ID}, flow: f, lang: lang, nodes: map[string]int{}}
	b.begin()
	for _, s := range f.Steps {
		b.nodes[s.ID] = b.add(Node{Kind: kind(s), Title: s.ID, Detail: detail(s)})
		if b.stops(s) {
			b.add(Node{Kind: Stop})
		}
	}
	b.enter()
	for _, s := range f.Steps {
		for _, w := range f.Ways(s) {
			b.way(s, w)
		}
		for _, e := range s.Listen {
			if e.Step != "" {
				b.link(b.nodes[s.ID], b.nodes[e.Step], heard(e))
			}
		}
	}
	return b.Graph
}

func (b *builder) add(n Node) int {
	b.Nodes = append(b.Nodes, n)
	return len(b.Nodes) - 1
}

// begin adds what leads into the flow, above everything else.
func (b *builder) begin() {
	if len(starts(b.flow.Start)) > 0 {
		b.add(Node{Kind: Start, Title: "start"})
	}
	if b.flow.Back != nil && len(b.flow.Back.Words) > 0 || len(b.flow.Listen) > 0 {
		b.add(Node{Kind: Hear, Title: "listen"})
	}
}

// enter leads from there to the steps. What is answered by another flow leads
// nowhere: it comes back to the question, and the node tells it.
func (b *builder) enter() {
	for i := range b.Nodes {
		switch n := &b.Nodes[i]; n.Kind {
		case Start:
			for _, label := range starts(b.flow.Start) {
				b.link(i, b.nodes[b.flow.Steps[0].ID], label)
			}
		case Hear:
			n.Detail = strings.Join(answers(b.flow.Back, b.flow.Listen), " · ")
			for _, e := range b.flow.Listen {
				if e.Step != "" {
					b.link(i, b.nodes[e.Step], heard(e))
				}
			}
		}
	}
}

// stops says whether one of several ways out of the step ends the flow.
func (b *builder) stops(s *flows.Step) bool {
	return slices.ContainsFunc(b.flow.Ways(s), func(w flows.Way) bool { return w.To == "" && w.By != flows.ByGo })
}

// way adds one way out of s. Whatever a step always does is written in it.
func (b *builder) way(s *flows.Step, w flows.Way) {
	from := b.nodes[s.ID]
	switch {
	case w.To != "":
		b.link(from, b.nodes[w.To], b.labels(s, w)...)
	case w.By != flows.ByGo:
		b.link(from, from+1, b.labels(s, w)...)
	}
}

// link adds labels to the edge between two nodes, which there is once.
func (b *builder) link(from, to int, labels ...string) {
	i := slices.IndexFunc(b.Edges, func(e Edge) bool { return e.From == from && e.To == to })
	if i < 0 {
		i = len(b.Edges)
		b.Edges = append(b.Edges, Edge{From: from, To: to})
	}
	b.Edges[i].Labels = append(b.Edges[i].Labels, labels...)
}
