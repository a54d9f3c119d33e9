package rules

import "besedka/core/source"

// Check looks at the campaigns of a programme together: what no file shows
// alone.
func Check(campaigns []*Campaign) (problems []*source.Problem) {
	set, exclusives := NewSet(campaigns), map[string]int{}
	for i, c := range set.campaigns {
		if c.group.mode == exclusive {
			if exclusives[c.group.name]++; exclusives[c.group.name] > maxExclusive {
				return append(problems, &source.Problem{
					Pos: c.groupAt, Code: "L615",
					What: source.Sentence("в исключающей группе больше %d акций", "an exclusive group has more than %d campaigns", maxExclusive),
					Cure: source.Sentence("разделите группу", "divide the group"),
				})
			}
		}
		for _, earlier := range set.campaigns[:i] {
			if p := c.against(earlier); p != nil {
				problems = append(problems, p)
			}
		}
	}
	return problems
}

// against is what is wrong between two campaigns, nil when nothing is.
func (c *Campaign) against(other *Campaign) *source.Problem {
	switch {
	case c.experiment.name != "" && c.experiment.name == other.experiment.name && !c.experiment.same(other.experiment):
		return &source.Problem{
			Pos: c.experimentAt, Code: "L616",
			What: source.Sentence("опыт «%s» в акции «%s» поделён иначе", "experiment %q is divided otherwise in campaign %q", c.experiment.name, other.ID),
			Cure: source.Sentence("впишите в обеих одинаковые weights", "write the same weights in both"),
		}
	case c.group.name == "" || c.group.name != other.group.name:
		return nil
	case c.group.mode != other.group.mode:
		return &source.Problem{
			Pos: c.groupAt, Code: "L615",
			What: source.Sentence("у группы «%s» в акции «%s» другой mode: %s", "group %q has another mode in campaign %q: %s", c.group.name, other.ID, other.group.mode),
			Cure: source.Sentence("впишите в обеих одинаковый", "write the same in both"),
		}
	case c.group.mode == exclusive && c.meets(other):
		return &source.Problem{
			Pos: c.groupAt, Code: "L615",
			What: source.Sentence("группа «%s» исключающая, а один чек может подойти и этой акции, и «%s»", "group %q is exclusive, and one receipt may fit both this campaign and %q", c.group.name, other.ID),
			Cure: source.Sentence("разведите их условия, дни недели или сроки, или выберите mode: first", "part their conditions, weekdays or periods, or choose mode: first"),
		}
	}
	return nil
}

// meets says whether one receipt could be taken by both, as far as the check can
// tell.
func (c *Campaign) meets(other *Campaign) bool {
	apart := !c.until.IsZero() && !other.from.Before(c.until) || !other.until.IsZero() && !c.from.Before(other.until) ||
		c.experiment.name != "" && c.experiment.name == other.experiment.name && c.experiment.variant != other.experiment.variant ||
		c.schedule.apart(other.schedule)
	return !apart && together(c.seen, append(append([]condition{}, c.when...), other.when...))
}

// apart says that no day is in both schedules, told by whole days only.
func (s *schedule) apart(other schedule) bool {
	if len(s.hours)+len(other.hours) > 0 || len(s.weekdays) == 0 || len(other.weekdays) == 0 {
		return false
	}
	for _, day := range s.weekdays {
		for _, theirs := range other.weekdays {
			if day == theirs {
				return false
			}
		}
	}
	return true
}
