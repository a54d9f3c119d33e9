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

// Target returns the step that b leads to from s: its own, or the next one;
// "" at the end of the flow.
func (f *Flow) Target(s *Step, b *Branch) string {
	switch {
	case b == nil || b.Go == "" && !b.End:
		return f.Next(s)
	case b.End:
		return ""
	}
	return b.Go
}

// Skipped returns the step that follows s when its condition to skip holds.
func (f *Flow) Skipped(s *Step) string {
	if s.Go != nil && s.Go.Go != "" {
		return s.Go.Go
	}
	return f.Next(s)
}

// Edges returns by step every step that may follow it.
func (f *Flow) Edges() map[string][]string {
	edges := make(map[string][]string, len(f.Steps))
	for _, s := range f.Steps {
		nexts := f.onward(s)
		if s.Waits() {
			for _, e := range f.Listen {
				nexts = append(nexts, e.Step)
			}
			nexts = append(nexts, f.ThenOf(s))
		}
		slices.Sort(nexts)
		edges[s.ID] = slices.DeleteFunc(slices.Compact(nexts), func(next string) bool { return next == "" })
	}
	return edges
}

// onward is where the step leads by itself: skipped or done.
func (f *Flow) onward(s *Step) []string {
	var nexts []string
	if s.Skip != nil {
		nexts = append(nexts, f.Skipped(s))
	}
	if s.Go == nil {
		nexts = append(nexts, f.Next(s)) // an outcome that no case names
	}
	s.branches(func(_ string, b *Branch) { nexts = append(nexts, f.Target(s, b)) })
	return nexts
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
