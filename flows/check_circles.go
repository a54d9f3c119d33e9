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
		do(f.Skipped(s), nil)
	}
	if s.Waits() || s.Handoff != "" {
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

// passing begins with no flow and adds those that pass until nothing changes.
func (l *loader) passing() passes {
	p := passes{}
	for found := true; found; {
		found = false
		for _, id := range sorted(l.p.Flows) {
			if !p[id] && l.p.Flows[id].quietly(p, func(*Branch) {}) {
				p[id], found = true, true
			}
		}
	}
	return p
}

// quietly goes over the steps that are reached from the first one without
// waiting, calls run with what they run, and says whether the end is reached.
func (f *Flow) quietly(p passes, run func(*Branch)) (ends bool) {
	if len(f.Steps) == 0 {
		return true
	}
	seen := map[string]bool{f.Steps[0].ID: true}
	for queue := f.Steps[:1:1]; len(queue) > 0; queue = queue[1:] {
		f.quiet(queue[0], func(next string, b *Branch) {
			if b != nil && b.Run != "" {
				run(b)
			}
			if s := f.Step(next); !p.open(b) || seen[next] {
				return
			} else if s != nil {
				seen[next], queue = true, append(queue, s)
			}
			ends = ends || next == ""
		})
	}
	return ends
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
				tell(places[from], append(slices.Clone(path[from:]), w.next))
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
