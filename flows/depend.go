package flows

import (
	"slices"
	"strings"
)

// Dependence tells which answers stand on which. One answer depends on another
// when its question is asked, worded or passed by according to it, according to a
// variable that was made of it, or on one of the ways that it may take and not on
// all of them; and then what depends on it depends on both.
type Dependence struct {
	p       *Programme
	readers map[string][]at // by name: who decides something by it
	savers  map[string][]at // by name of a field: who asks for it too
	runs    map[string][]at // by flow: who runs it
	ways    map[*Flow]*ways
}

// at is a step and its flow.
type at struct {
	flow *Flow
	step *Step
}

// Dependence looks at the whole programme: an answer in one flow may decide
// about another.
func (p *Programme) Dependence() *Dependence {
	d := &Dependence{p: p, readers: map[string][]at{}, savers: map[string][]at{}, runs: map[string][]at{}, ways: map[*Flow]*ways{}}
	for _, id := range sorted(p.Flows) {
		f := p.Flows[id]
		d.ways[f] = waysOf(f)
		for _, s := range f.Steps {
			if s.Save != "" {
				d.savers[ProfilePrefix+s.Save] = append(d.savers[ProfilePrefix+s.Save], at{f, s})
			}
			for _, name := range d.reads(f, s) {
				d.readers[name] = append(d.readers[name], at{f, s})
			}
			s.branches(func(_ string, b *Branch) {
				if b.Run != "" {
					d.runs[b.Run] = append(d.runs[b.Run], at{f, s})
				}
			})
		}
	}
	return d
}

// Fields are the profile fields that are not known any more once the answer of s
// is taken back: its own, and those of every answer that depends on it.
func (d *Dependence) Fields(f *Flow, s *Step) []string {
	c := closure{seen: map[at]bool{}, names: map[string]bool{}}
	c.add(at{f, s})
	for i := 0; i < len(c.steps); i++ {
		x := c.steps[i]
		for _, name := range d.writes(x) {
			if !c.names[name] {
				c.names[name] = true
				c.add(d.readers[name]...)
				c.add(d.savers[name]...)
			}
		}
		for _, s := range d.ways[x.flow].decidedBy(x.step) {
			c.add(at{x.flow, s})
		}
		for _, run := range x.step.runs(i == 0) {
			if d.only(run, x) {
				c.flow(d.p.Flows[run])
			}
		}
	}
	return c.fields()
}

// closure is what depends on something, in the order in which it was found.
type closure struct {
	steps []at
	seen  map[at]bool
	names map[string]bool
}

func (c *closure) add(steps ...at) {
	for _, x := range steps {
		if !c.seen[x] {
			c.seen[x], c.steps = true, append(c.steps, x)
		}
	}
}

// flow adds every step of a flow: whatever runs it depends on something.
func (c *closure) flow(f *Flow) {
	for _, s := range f.Steps {
		c.add(at{f, s})
	}
}

func (c *closure) fields() []string {
	var fields []string
	for name := range c.names {
		if field, ok := strings.CutPrefix(name, ProfilePrefix); ok {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields)
	return fields
}

// only says whether nobody else runs a flow.
func (d *Dependence) only(flow string, x at) bool {
	f := d.p.Flows[flow]
	return f != nil && !f.Start.Begins() && !slices.ContainsFunc(d.runs[flow], func(y at) bool { return y != x }) && !d.p.listensFor(flow)
}

// listensFor says whether an interruption leads to the flow.
func (p *Programme) listensFor(flow string) bool {
	leads := func(e *Listen) bool { return e.Run == flow || e.Go == flow }
	if slices.ContainsFunc(p.Listen, leads) || p.Fallback == flow || p.Stale == flow || p.Support.Rate == flow {
		return true
	}
	for _, f := range p.Flows {
		if slices.ContainsFunc(f.everyListen(), leads) {
			return true
		}
	}
	return false
}

// runs are the flows that the step runs; with some, those that it may not run.
func (s *Step) runs(some bool) []string {
	var all []string
	s.branches(func(_ string, b *Branch) {
		if b.Run != "" && (!some || b != s.Go) {
			all = append(all, b.Run)
		}
	})
	return all
}

// writes are the names that the step gives a value.
func (d *Dependence) writes(x at) []string {
	var names []string
	if x.step.Save != "" {
		names = append(names, ProfilePrefix+x.step.Save)
	}
	for _, a := range x.step.Set {
		names = append(names, local(x.flow, a.Name))
	}
	for _, name := range x.step.gives {
		names = append(names, local(x.flow, name))
	}
	return names
}

// local tells the variables of flows apart from one another, and from facts.
func local(f *Flow, name string) string { return f.ID + " " + name }

// reads are the names by which the step decides something, of segments what they
// are made of. What it only prints decides nothing.
func (d *Dependence) reads(f *Flow, s *Step) []string {
	var names []string
	add := func(x *Expr) {
		if x.known() {
			names = append(names, x.Names()...)
		}
	}
	add(s.Skip)
	for _, list := range [][]Assign{s.Set, s.With} {
		for _, a := range list {
			add(a.Value)
		}
	}
	s.texts(func(t *Text) {
		for _, c := range t.Cases {
			add(c.When)
		}
	})
	for i, name := range names {
		if _, ok := f.vars[name]; ok {
			names[i] = local(f, name)
		} else if segment, ok := strings.CutPrefix(name, SegmentPrefix); ok && d.p.Segments[segment] != nil {
			names = append(names, d.p.Segments[segment].Names()...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// ways is the graph of a flow by the places of its steps: where each leads by
// itself or by the words of somebody, and of those the ways that what happens in
// the step decides about.
type ways struct {
	flow    *Flow
	all     [][]int
	decided [][]int // -1 is the end
}

func waysOf(f *Flow) *ways {
	w := &ways{flow: f, all: make([][]int, len(f.Steps)), decided: make([][]int, len(f.Steps))}
	edges := f.Edges()
	for i, s := range f.Steps {
		for _, next := range edges[s.ID] {
			if to, ok := f.index[next]; ok {
				w.all[i] = append(w.all[i], to)
			}
		}
		for _, way := range f.onward(s) {
			if way.By == ByElse || way.By == ByExpiry {
				continue
			}
			to, ok := f.index[way.To]
			if !ok {
				to = -1
			}
			if !slices.Contains(w.decided[i], to) {
				w.decided[i] = append(w.decided[i], to)
			}
		}
	}
	return w
}

// decidedBy are the steps that nobody comes to but through s, and not by every
// way out of it.
func (w *ways) decidedBy(s *Step) (found []*Step) {
	x := w.flow.index[s.ID]
	if len(w.decided[x]) < 2 {
		return nil
	}
	without := w.reach(0, x)
	times := make([]int, len(w.all))
	for _, to := range w.decided[x] {
		for i, reached := range w.reach(to, x) {
			if reached {
				times[i]++
			}
		}
	}
	for i, n := range times {
		if i != x && n > 0 && n < len(w.decided[x]) && !without[i] {
			found = append(found, w.flow.Steps[i])
		}
	}
	return found
}

// reach marks what can be come to from a step without another.
func (w *ways) reach(from, without int) []bool {
	reached := make([]bool, len(w.all))
	if from < 0 || from == without {
		return reached
	}
	reached[from] = true
	for queue := []int{from}; len(queue) > 0; queue = queue[1:] {
		for _, next := range w.all[queue[0]] {
			if !reached[next] && next != without {
				reached[next], queue = true, append(queue, next)
			}
		}
	}
	return reached
}
