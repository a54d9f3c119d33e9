package ui

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Watch is a piece of a page that changes by itself.
type Watch struct {
	Topic string // as its Topic is called; behind a colon, of what: thread:17
	Mark  string // that the page was drawn at, so that it comes again only when it has changed; may be ""
}

// watches are what the frame itself shows.
func (f *Frame) watches() []Watch {
	if f == nil || f.Waits == (Watch{}) {
		return nil
	}
	return []Watch{f.Waits}
}

// opens says whether the frame has to open the stream: the page has not, and there is
// something to be told.
func (f *Frame) opens() bool { return len(f.watches()) > 0 && !f.live }

// ID is that of the element the piece stands in.
func (w Watch) ID() string { return "live-" + strings.ReplaceAll(w.Topic, ":", "-") }

// stream is the address of the one stream of a page, with what its frame shows.
func stream(v View, watch []Watch) string {
	q := url.Values{}
	if v.Frame != nil {
		v.Frame.live = true
		watch = append(slices.Clone(watch), v.Frame.watches()...)
	}
	for _, w := range watch {
		q.Add("topic", w.Topic)
		q.Add("mark", w.Mark)
	}
	return fmt.Sprintf("/console/events?%s", q.Encode())
}
