package dialogs

import "slices"

// reach notes the stage that the step marks. Who passes the step by, because the
// answer is known, is as far as who is asked.
func (t *turn) reach(s *step) {
	if s.Funnel != "" {
		t.out = append(t.out, Reach{t.s.Flow, s.Funnel, t.segments()})
	}
}

// segments are those that hold for the member.
func (t *turn) segments() (names []string) {
	for name, segment := range t.e.p.Segments {
		if holds, err := segment.Holds(t.fact); holds && err == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
