package dialogs

import (
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

// refusal is the entry that hears what came as a refusal of messages. It is none while
// the question that waits offers that very word as its option.
func (t *turn) refusal(in *chat.Inbound) *flows.Listen {
	if in == nil || in.Blocked || in.Tap != "" || in.Photo != nil || in.Contact != nil || in.Location != nil {
		return nil
	}
	words := flows.Normal(in.Text)
	if c := command(words); c != "" {
		words = c
	}
	if s := t.waiting(); words == "" || s != nil && s.Asks() && s.titles[words] != nil {
		return nil
	}
	return t.e.stops[words]
}
