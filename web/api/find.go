package api

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"besedka/core/conversation"
)

// foundRemark is a message in which words were found.
type foundRemark struct {
	remark
	Place string `json:"place"` // the around of GET /conversations/{id}/history
}

// foundRemarks is the answer of POST /conversations/{id}/search.
type foundRemarks struct {
	Messages []foundRemark `json:"messages"`       // newest first
	Next     string        `json:"next,omitempty"` // the before to go on with; absent when all was looked through
}

// findWords looks for words through a conversation. The look stays in the log, and not the
// words.
func (a *api) findWords(c call) (any, error) {
	var asked struct {
		Words  string `json:"words"`
		Before string `json:"before"`
	}
	id, err := c.id()
	if err == nil {
		err = c.decode(&asked)
	}
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(asked.Words) == "" || utf8.RuneCountInString(asked.Words) > conversation.MaxSought {
		return nil, invalid{fmt.Sprintf("words must hold from 1 to %d characters", conversation.MaxSought)}
	}
	before, ok := conversation.ParseCursor(asked.Before)
	if !ok {
		return nil, invalid{"before must be the next of the answer before"}
	}
	hits, next, err := a.Door.Find(c.ctx, id, asked.Words, before)
	if err != nil {
		return nil, err
	}
	found := foundRemarks{Messages: []foundRemark{}}
	for _, h := range hits {
		found.Messages = append(found.Messages, foundRemark{remarkOf(h.Entry), h.Place().String()})
	}
	if next != (conversation.Cursor{}) {
		found.Next = next.String()
	}
	return found, a.looked(c, "conversations.search", fmt.Sprintf("conversation/%d", id))
}

// showAround is what was said about a place that a search found; the look stays in the log.
func (a *api) showAround(c call, id int64) (any, error) {
	place, ok := conversation.ParseCursor(c.r.URL.Query().Get("around"))
	if !ok || place == (conversation.Cursor{}) {
		return nil, invalid{"around must be the place of a message that was found"}
	}
	all, err := a.Door.Around(c.ctx, id, place, pageRows/2)
	if err != nil {
		return nil, err
	}
	p := historyPage{Messages: []remark{}}
	for _, e := range slices.Backward(all) {
		p.Messages = append(p.Messages, remarkOf(e))
	}
	if len(all) > 0 {
		p.Next = all[0].Place().String()
	}
	return p, a.looked(c, "conversations.read", fmt.Sprintf("conversation/%d", id))
}
