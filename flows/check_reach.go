package flows

import (
	"besedka/core/source"
)

// checkReach reports steps that no way leads to, and of those that lead to one
// another the first. With a way to nowhere among the flow's mistakes, it may be
// the one that was meant, so nothing is said.
func (l *loader) checkReach(f *Flow) {
	edges := f.Edges()
	if len(f.Steps) == 0 || f.leadsAstray(edges) {
		return
	}
	reached := map[string]bool{}
	reach(f.Steps[0].ID, edges, reached)
	for _, s := range f.Steps {
		if !reached[s.ID] {
			l.report(s.Pos, "L206", source.Sentence("до шага «%s» не дойти", "no way leads to step %q", s.ID),
				source.Sentence("поставьте go на него или сотрите", "lead a go to it, or delete it"))
			reach(s.ID, edges, reached)
		}
	}
}

// reach marks whatever can be come to from a step.
func reach(from string, edges map[string][]string, reached map[string]bool) {
	reached[from] = true
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		for _, next := range edges[queue[0]] {
			if !reached[next] {
				reached[next] = true
				queue = append(queue, next)
			}
		}
	}
}

// leadsAstray says whether some way leads to a step that is not there.
func (f *Flow) leadsAstray(edges map[string][]string) bool {
	for _, e := range f.everyListen() {
		if e.Step != "" && f.Step(e.Step) == nil {
			return true
		}
	}
	for _, nexts := range edges {
		for _, next := range nexts {
			if f.Step(next) == nil {
				return true
			}
		}
	}
	return false
}
