package dialogs

import "slices"

// reach notes the stage that the step marks. Who passes the step by, because the
// answer is known, is as far as who is asked. Only the first time counts, so a
// later one, as in a flow that is begun again and again, is not worth a write.
func (t *turn) reach(s *step) {
	if s.Funnel == "" {
		return
	}
	key := hash(t.s.Flow, s.Funnel)
	if slices.Contains(t.s.Stages, key) {
		return
	}
	kept := t.s.Stages[max(0, len(t.s.Stages)+1-MaxStages):]
	t.s.Stages = append(slices.Clone(kept), key)
	t.out = append(t.out, Reach{t.s.Flow, s.Funnel, t.segments()})
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
