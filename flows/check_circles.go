package flows

import (
	"slices"
	"strings"

	"besedka/core/source"
)

// quiet calls do with every way that leads from s without waiting for anybody:
// the step it leads to, "" at the end, and the branch if one is taken.
func (f *Flow) quiet(s *Step, do func(next string, b *Branch)) {
	if s.Skip != nil || s.When != nil {
		for _, next := range f.skips(s) {
			do(next, nil)
		}
	}
	if s.Waits() && !s.Served() || s.Handoff != "" {
		return
	}
	if s.falls() {
		do(f.Next(s), nil)
	}
	s.ways(func(_ string, b *Branch) { do(f.Target(s, b), b) })
}

// passes are the flows that may come to their end without waiting.
type passes map[string]bool

// open says whether b goes on without waiting: what it runs may have a question.
func (p passes) open(b *Branch) bool { return b == nil || b.Run == "" || p[b.Run] }

// passing begins with no flow and adds those that pass. A way that runs another
// flow waits until that one passes, so every way is gone once.
func (l *loader) passing() passes {
	w := walk{passes: passes{}, seen: map[*Step]bool{}, held: map[string][]place{}}
	for _, id := range sorted(l.p.Flows) {
		w.begin(l.p.Flows[id])
	}
	for len(w.queue) > 0 {
		at := w.queue[0]
		w.queue = w.queue[1:]
		at.f.quiet(at.s, func(next string, b *Branch) { w.way(at.f, next, b) })
	}
	return w.passes
}

// walk is how far it has come, in all flows at once.
type walk struct {
	passes
	seen  map[*Step]bool
	held  map[string][]place // by the flow that they wait for
	queue []place
}

// place is a step of a flow, nil for the flow's end.
type place struct {
	f *Flow
	s *Step
}

func (w *walk) begin(f *Flow) {
	if len(f.Steps) == 0 {
		w.reach(place{f: f})
		return
	}
	w.reach(place{f, f.Steps[0]})
}

func (w *walk) way(f *Flow, next string, b *Branch) {
	to := place{f, f.Step(next)}
	switch {
	case to.s == nil && next != "": // no such step
	case w.open(b):
		w.reach(to)
	default:
		w.held[b.Run] = append(w.held[b.Run], to)
	}
}

func (w *walk) reach(to place) {
	switch {
	case to.s != nil && !w.seen[to.s]:
		w.seen[to.s], w.queue = true, append(w.queue, to)
	case to.s == nil && !w.passes[to.f.ID]:
		w.passes[to.f.ID] = true
		for _, held := range w.held[to.f.ID] {
			w.reach(held)
		}
	}
}

// quietly goes over the steps that are reached from the first one without
// waiting, and calls run with what they run.
func (f *Flow) quietly(p passes, run func(*Branch)) {
	if len(f.Steps) == 0 {
		return
	}
	seen := map[string]bool{f.Steps[0].ID: true}
	for queue := f.Steps[:1:1]; len(queue) > 0; queue = queue[1:] {
		f.quiet(queue[0], func(next string, b *Branch) {
			if b != nil && b.Run != "" {
				run(b)
			}
			if s := f.Step(next); p.open(b) && s != nil && !seen[next] {
				seen[next], queue = true, append(queue, s)
			}
		})
	}
}

// checkCircles reports circles of steps on which nothing waits for anybody.
func (l *loader) checkCircles(f *Flow, p passes) {
	c := circles{ways: map[string][]way{}}
	for _, s := range f.Steps {
		c.names = append(c.names, s.ID)
		f.quiet(s, func(next string, b *Branch) {
			if p.open(b) && f.Step(next) != nil {
				c.ways[s.ID] = append(c.ways[s.ID], way{next, s.Pos})
			}
		})
	}
	c.find(l.circle)
}

// checkRuns reports flows that run one another without waiting for anybody.
func (l *loader) checkRuns(p passes) {
	c := circles{names: sorted(l.p.Flows), ways: map[string][]way{}}
	for _, id := range c.names {
		seen := map[string]bool{}
		l.p.Flows[id].quietly(p, func(b *Branch) {
			if !seen[b.Run] && l.p.Flows[b.Run] != nil {
				seen[b.Run] = true
				c.ways[id] = append(c.ways[id], way{b.Run, b.Pos})
			}
		})
	}
	c.find(l.circle)
}

func (l *loader) circle(at source.Pos, path []string) {
	if l.full() {
		return
	}
	const most = 10
	if len(path) > most {
		path = slices.Concat(path[:most-2], []string{"…"}, path[len(path)-1:])
	}
	l.report(at, "L201", source.Sentence("круг без вопроса: %s", "a circle without a question: %s", strings.Join(path, " → ")),
		source.Sentence("поставьте на пути ask или wait", "put an ask or a wait on the way"))
}

// way is what something leads to, and where that is written.
type way struct {
	next string
	at   source.Pos
}

// circles is what leads where, in the order of the file.
type circles struct {
	names []string
	ways  map[string][]way
}

// find tells every circle once, at its first way.
func (c circles) find(tell func(at source.Pos, path []string)) {
	const onPath, done = 1, 2
	state := map[string]int{}
	var path []string
	var places []source.Pos // of the ways between them
	var visit func(name string)
	visit = func(name string) {
		state[name], path = onPath, append(path, name)
		for _, w := range c.ways[name] {
			places = append(places, w.at)
			switch state[w.next] {
			case onPath:
				from := slices.Index(path, w.next)
				tell(places[from], append(path[from:len(path):len(path)], w.next))
			case 0:
				visit(w.next)
			}
			places = places[:len(places)-1]
		}
		state[name], path = done, path[:len(path)-1]
	}
	for _, name := range c.names {
		if state[name] == 0 {
			visit(name)
		}
	}
}
