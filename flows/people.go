package flows

import (
	"maps"
	"slices"
)

// People is the queue of the first flow by name that calls any: of who is called when the
// bot goes in circles, and of conversations that nobody was called to. "" when no flow
// calls people: nobody would take the conversation over.
func (p *Programme) People() string {
	for _, id := range slices.Sorted(maps.Keys(p.Flows)) {
		for _, s := range p.Flows[id].Steps {
			if s.Handoff != "" {
				return s.Handoff
			}
		}
	}
	return ""
}
