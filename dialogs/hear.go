package dialogs

import (
	"slices"
	"strings"

	"besedka/flows"
)

// hearing finds a listen entry by what came.
type hearing struct {
	words  map[string]*flows.Listen
	events map[string]*flows.Listen
	taps   map[string]*flows.Listen
	photo  *flows.Listen
}

// hear prepares a list, and the words of back before it; of two entries for the
// same thing the first one wins.
func hear(back *flows.Listen, list []*flows.Listen) hearing {
	h := hearing{map[string]*flows.Listen{}, map[string]*flows.Listen{}, map[string]*flows.Listen{}, nil}
	if back != nil {
		list = append([]*flows.Listen{back}, list...)
	}
	for _, l := range slices.Backward(list) {
		for _, w := range l.Words {
			h.words[flows.Normal(w)] = l
		}
		if l.Event != "" {
			h.events[l.Event] = l
		}
		if l.Tap != "" {
			h.taps[l.Tap] = l
		}
		if l.Photo {
			h.photo = l
		}
	}
	return h
}

// link is a payload that begins a flow, or the prefix of such payloads.
type link struct {
	prefix string
	rest   bool
	flow   string
}

func newLink(payload, flow string) link {
	prefix, rest := strings.CutSuffix(payload, "*")
	return link{prefix, rest, flow}
}

// compare puts the longer prefix first, and a whole payload before the prefix
// that it is.
func (a link) compare(b link) int {
	switch longer := len(b.prefix) - len(a.prefix); {
	case longer != 0 || a.rest == b.rest:
		return longer
	case a.rest:
		return 1
	}
	return -1
}

// maxPayload is what Telegram lets a link carry.
const maxPayload = 64

// link finds the flow of a payload and what follows its prefix.
func (e *Engine) link(payload string) (flow, rest string, ok bool) {
	if len(payload) > maxPayload {
		return "", "", false
	}
	for _, l := range e.links {
		if rest, ok := strings.CutPrefix(payload, l.prefix); ok && (l.rest || rest == "") {
			return l.flow, rest, true
		}
	}
	return "", "", false
}

// command returns the first word of a slash command without the name of the
// bot it may be addressed to; "" when s is none.
func command(s string) string {
	if !strings.HasPrefix(s, "/") {
		return ""
	}
	word, _, _ := strings.Cut(s, " ")
	word, _, _ = strings.Cut(word, "@")
	return word
}
