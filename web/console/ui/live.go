package ui

import (
	"fmt"
	"net/url"
	"strings"
)

// Watch is a piece of a page that changes by itself.
type Watch struct {
	Topic string // as its Topic is called; behind a colon, of what: thread:17
	Mark  string // that the page was drawn at, so that it comes again only when it has changed; may be ""
}

// ID is that of the element the piece stands in.
func (w Watch) ID() string { return "live-" + strings.ReplaceAll(w.Topic, ":", "-") }

func stream(watch []Watch) string {
	q := url.Values{}
	for _, w := range watch {
		q.Add("topic", w.Topic)
		q.Add("mark", w.Mark)
	}
	return fmt.Sprintf("/console/events?%s", q.Encode())
}
