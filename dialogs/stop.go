package dialogs

import (
	"strings"

	"besedka/core/chat"
	"besedka/flows"
)

// stops are the words by which people refuse to be written to, and the entry that hears
// them; none without one. Of two entries the first one wins.
func stops(list []*flows.Listen) map[string]*flows.Listen {
	heard := map[string]*flows.Listen{}
	for _, l := range list {
		if !l.Stop {
			continue
		}
		for _, words := range [][]string{l.Words, flows.StopWords} {
			for _, w := range words {
				if key := flows.Normal(w); heard[key] == nil {
					heard[key] = l
				}
			}
		}
	}
	return heard
}

// refusal is the entry that hears what came as a refusal of messages: all of it, or a line
// of its own, for texts that come at once are heard as one. A word that the question which
// waits offers as its option is none.
func (t *turn) refusal(in *chat.Inbound) *flows.Listen {
	if in == nil || in.Blocked || in.Tap != "" || in.Photo != nil || in.Contact != nil || in.Location != nil {
		return nil
	}
	for _, said := range append([]string{in.Text}, strings.Split(in.Text, "\n")...) {
		if l := t.refused(flows.Normal(said)); l != nil {
			return l
		}
	}
	return nil
}

func (t *turn) refused(words string) *flows.Listen {
	if c := command(words); c != "" {
		words = c
	}
	if s := t.waiting(); words == "" || s != nil && s.Asks() && s.titles[words] != nil {
		return nil
	}
	return t.e.stops[words]
}
