package flows

import (
	"strconv"

	"besedka/core/expr"
	"besedka/core/source"
)

// Route is a way on for whom When holds; for all when it is nil.
type Route struct {
	When *Expr
	*Branch
}

// RouteName names the i-th of the step's routes, in translations, tests and notes.
func (s *Step) RouteName(i int) string { return "go." + strconv.Itoa(i+1) }

// routed says whether the routes of the step are for everybody, so that it never
// falls through to the next step.
func (s *Step) routed() bool {
	return len(s.Routes) > 0 && s.Routes[len(s.Routes)-1].When == nil
}

// routeOf returns the route that b is the branch of, -1 when it is none.
func (s *Step) routeOf(b *Branch) int {
	for i := range s.Routes {
		if s.Routes[i].Branch == b {
			return i
		}
	}
	return -1
}

// skips returns every step that may follow s when its condition to skip holds.
func (f *Flow) skips(s *Step) []string {
	if !s.Asks() || s.Routes == nil {
		return []string{f.Skipped(s)}
	}
	var nexts []string
	for _, r := range s.Routes {
		nexts = append(nexts, f.Target(s, r.Branch))
	}
	if !s.routed() {
		nexts = append(nexts, f.Next(s))
	}
	return nexts
}

// readRoutes reads `go` as a list of cases, each with its condition.
func (l *loader) readRoutes(n *source.Node, step string) []Route {
	if len(n.Items) == 0 {
		l.empty(n.Pos)
	}
	var routes []Route
	for i, item := range atMost(l, MaxRoutes, n.Items, n.Pos, source.Sentence("случаев go", "cases of go")) {
		o := source.Fields(item, &l.problems)
		b := &Branch{Pos: item.Pos, Say: l.readText(o.Node("say"), step+".go."+strconv.Itoa(i+1)), Go: o.Text("go"), Run: o.Text("run"), End: ends(o)}
		l.oneWay(o, item.Pos)
		routes = append(routes, Route{readExpr(o.Node("when")), b})
		o.Done()
	}
	return routes
}

// compileRoutes lets conditions speak of the answer, unless a call came
// between.
func (l *loader) compileRoutes(s *Step, names map[string]expr.Kind) {
	forget := func() {}
	if s.Call == "" {
		forget = s.remember(names)
	}
	for _, r := range s.Routes {
		l.condition(r.When, names)
	}
	forget()
	for _, r := range s.Routes {
		l.compileText(r.Say, names)
	}
}

// checkRoutes reports routes that nobody takes.
func (n *never) checkRoutes(s *Step) {
	var before []*expr.Program
	written := map[string]bool{}
	for i, r := range s.Routes {
		switch {
		case r.When == nil && i < len(s.Routes)-1:
			n.shadowed(s.Routes[i+1].Pos)
			return
		case !r.When.known():
			continue
		case !n.possible(r.When.Program, nil):
			n.neverHolds(r.When.node.Pos)
		case written[r.When.source()] || !n.possible(r.When.Program, before):
			n.shadowed(r.When.node.Pos)
		}
		written[r.When.source()] = true
		before = append(before, r.When.Program)
	}
}
