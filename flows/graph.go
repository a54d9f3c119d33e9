package flows

import "slices"

// Way returns how the step goes on after an outcome: its case, else what holds
// for all, else nil: on to the next step.
func (s *Step) Way(outcome string) *Branch {
	if b, ok := s.Cases[outcome]; ok {
		return b
	}
	return s.Go
}

// Target returns the step that b leads to from s, at once or after the flow it
// runs: its own, or the next one; "" at the end of the flow.
func (f *Flow) Target(s *Step, b *Branch) string {
	switch {
	case b == nil || b.Go == "" && !b.End:
		return f.Next(s)
	case b.End:
		return ""
	}
	return b.Go
}

// Skipped returns the step that follows s when its condition to skip holds: a
// question leads where its answer would, when there is one such place, and
// other steps to the next one. What a way says or runs is skipped too.
func (f *Flow) Skipped(s *Step) string {
	switch {
	case !s.Asks():
		return f.Next(s)
	case s.Expect.Type == ChoiceType:
		return f.Target(s, s.Go)
	}
	return f.Target(s, s.Way(Answered))
}

// Edges returns by step every step that may follow it.
func (f *Flow) Edges() map[string][]string {
	edges := make(map[string][]string, len(f.Steps))
	for _, s := range f.Steps {
		nexts := targets(f.Ways(s))
		if s.Waits() {
			for _, e := range slices.Concat(f.Listen, s.Listen) {
				nexts = append(nexts, e.Step)
			}
		}
		slices.Sort(nexts)
		edges[s.ID] = slices.DeleteFunc(slices.Compact(nexts), func(next string) bool { return next == "" })
	}
	return edges
}

// falls says whether some outcome of the step has no way of its own, so that
// it falls through to the next step.
func (s *Step) falls() bool {
	switch {
	case s.Go != nil:
		return false
	case s.Routes != nil:
		return !s.routed()
	case s.Cases == nil:
		return true
	case s.Call != "": // the check wants a case for every outcome
		return s.Ask != nil && s.Expect.Type != ChoiceType && !s.hasCases(s.options()...)
	case s.Wait != nil:
		return !s.hasCases(Happened, Late)
	case s.Split != nil:
		return slices.ContainsFunc(s.Split, func(share Share) bool { return s.Cases[share.Name] == nil })
	case s.Expect != nil && s.Expect.Type == MultiType: // what has no way of its own is picked
		return !s.hasCases(append(s.skips(), Answered)...)
	case s.Expect != nil && s.Expect.Type != ChoiceType:
		return !s.hasCases(append(s.options(), Answered)...)
	}
	return !s.hasCases(s.options()...)
}

func (s *Step) hasCases(outcomes ...string) bool {
	for _, name := range outcomes {
		if s.Cases[name] == nil {
			return false
		}
	}
	return true
}

// RetryOf returns the ladder of a question: its own, or the flow's. With
// neither, that of the programme is said and the question repeated.
func (f *Flow) RetryOf(s *Step) []*Text {
	if s.Retry != nil {
		return s.Retry
	}
	return f.Retry
}

// ThenOf returns the step to go to when the ladder of s ends, "" for none.
func (f *Flow) ThenOf(s *Step) string {
	switch {
	case s.Retry != nil:
		return s.Then
	case s.Asks():
		return f.Then
	}
	return ""
}
