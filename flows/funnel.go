package flows

import "besedka/core/source"

// readStage reads the stage that a step marks.
func (l *loader) readStage(n *source.Node) string {
	if n == nil || n.Kind != source.Scalar {
		return n.AsText(&l.problems)
	}
	if !l.named(n) {
		return ""
	}
	return n.Text
}

// Stages returns the stages of the flow's funnel, in the order of the steps that
// mark them first.
func (f *Flow) Stages() []string {
	var stages []string
	seen := map[string]bool{}
	for _, s := range f.Steps {
		if s.Funnel != "" && !seen[s.Funnel] {
			seen[s.Funnel] = true
			stages = append(stages, s.Funnel)
		}
	}
	return stages
}
