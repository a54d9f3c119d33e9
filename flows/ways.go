package flows

// A Way is one edge of a flow's graph: what leads from a step, and where to.
type Way struct {
	By   By
	Name string // of the outcome or the reason, "" otherwise
	Run  string // flow that runs on the way
	To   string // step, "" at the end of the flow
}

// By is what takes a way.
type By string

// What takes ways. A question is left by an answer, a call and a wait by an
// outcome, both named in Cases; a refused answer by its reason in Else; Routes ask conditions.
const (
	BySkip   By = "skip"
	ByNext   By = "next" // to the step below, when nothing else is said
	ByGo     By = "go"   // whatever happened
	ByCase   By = "case"
	ByWhen   By = "when" // a condition of go, which is its Name, "" when for all
	ByElse   By = "else"
	ByLadder By = "then"   // the end of the ladder
	ByExpiry By = "expire" // nobody answered
)

// Ways returns every way out of the step, but what listens in the flow.
func (f *Flow) Ways(s *Step) []Way {
	ways := f.onward(s)
	if then := f.ThenOf(s); s.Waits() && then != "" {
		ways = append(ways, Way{By: ByLadder, To: then})
	}
	if x := f.ExpireOf(s); x != nil && s.Expire == nil && s.Waits() { // its own is among its branches
		ways = append(ways, Way{By: ByExpiry, Run: x.Run, To: f.Target(s, x.Branch)})
	}
	return ways
}

// onward is where the step leads by itself: skipped or done.
func (f *Flow) onward(s *Step) []Way {
	var ways []Way
	if s.Skip != nil || s.When != nil {
		for _, next := range f.skips(s) {
			ways = append(ways, Way{By: BySkip, To: next})
		}
	}
	s.ways(func(name string, b *Branch) {
		if i := s.routeOf(b); i >= 0 {
			name = s.Routes[i].When.source()
		}
		ways = append(ways, Way{By: s.takes(name, b), Name: name, Run: b.Run, To: f.Target(s, b)})
	})
	if s.falls() {
		ways = append(ways, Way{By: ByNext, To: f.Next(s)})
	}
	return ways
}

func (s *Step) takes(name string, b *Branch) By {
	switch {
	case b == s.Go:
		return ByGo
	case s.routeOf(b) >= 0:
		return ByWhen
	case b == s.Else[name]:
		return ByElse
	case s.Expire != nil && b == s.Expire.Branch:
		return ByExpiry
	}
	return ByCase
}

func targets(ways []Way) []string {
	names := make([]string, len(ways))
	for i, w := range ways {
		names[i] = w.To
	}
	return names
}
