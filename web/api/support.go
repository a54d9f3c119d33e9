package api

import (
	"context"
	"fmt"
	"slices"
	"time"

	"besedka/core/conversation"
	"besedka/core/support"
	"besedka/flows"
	"besedka/storage"
)

// queued is a conversation of a list with the instant that its answer is due.
type queued struct {
	support.Row
	Due *time.Time `json:"due,omitempty"` // absent when nobody waits, or nothing is promised
}

// queuePage is the answer of GET /support/queue.
type queuePage struct {
	Conversations []queued       `json:"conversations"`
	Counts        support.Counts `json:"counts"`
}

// showQueue shows a list as the caller works through it: who waits longest first.
func (a *api) showQueue(c call) (any, error) {
	q := c.r.URL.Query()
	asked := support.Asked{Show: support.Waiting, Staff: c.by.ID, Tag: q.Get("tag")}
	if show := q.Get("show"); show != "" {
		asked.Show = support.Show(show)
	}
	if !slices.Contains(support.Shows, asked.Show) {
		return nil, invalid{"show must be waiting, mine, snoozed or all"}
	}
	if !storable(asked.Tag) {
		return nil, invalid{"tag must be a tag of the programme"}
	}
	rows, err := support.List(c.ctx, a.DB, c.now, asked)
	if err != nil {
		return nil, err
	}
	page, promise := queuePage{Conversations: []queued{}}, a.Programme().Support.Promise
	for _, r := range rows {
		row := queued{Row: r}
		if r.WaitsSince != nil && promise.Answer != 0 {
			due := promise.Due(*r.WaitsSince)
			row.Due = &due
		}
		page.Conversations = append(page.Conversations, row)
	}
	counts, err := support.Count(c.ctx, a.DB, c.now)
	page.Counts = counts.Of(c.by.ID)
	return page, err
}

// closedPage is the answer of GET /support/closed.
type closedPage struct {
	Closed []support.Closed `json:"closed"`
	Marks  support.Marks    `json:"marks"`
}

// showClosed counts closed conversations by reason.
func (a *api) showClosed(c call) (any, error) {
	days, err := c.days(30)
	if err != nil {
		return nil, err
	}
	closed, err := support.ClosedIn(c.ctx, a.DB, c.now.AddDate(0, 0, -days), c.now)
	if err != nil {
		return nil, err
	}
	marks, err := support.MarksIn(c.ctx, a.DB, c.now.AddDate(0, 0, -days), c.now)
	return closedPage{closed, marks}, err
}

func (a *api) cases() support.Cases { return support.Cases{Door: a.Door} }

// transferConversation hands a conversation over to a colleague, with a note that says why.
func (a *api) transferConversation(c call) (act, error) {
	var asked struct {
		To  int64  `json:"to"`
		Why string `json:"why"`
	}
	id, err := c.conversation(&asked)
	if err != nil {
		return nil, err
	}
	if err := written(asked.Why); err != nil {
		return nil, err
	}
	_, key, err := a.Door.Person(c.ctx, id)
	if err != nil {
		return nil, err
	}
	t := conversation.Transfer{Conversation: id, Staff: c.by.ID, To: asked.To}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		if err := a.cases().TransferTx(ctx, tx, c.now, t); err != nil {
			return nil, err
		}
		if _, err := support.WriteTx(ctx, tx, c.now, id, c.by.ID, key, asked.Why); err != nil {
			return nil, err
		}
		return held{id}, c.log(ctx, tx, "conversations.transfer", id, map[string]any{"to": asked.To})
	}, nil
}

// closeConversation gives a conversation back to the bot and keeps the reason.
func (a *api) closeConversation(c call) (act, error) {
	var asked struct {
		Reason string `json:"reason"`
		Seen   *int64 `json:"seen"`
	}
	id, err := c.conversation(&asked)
	if err != nil {
		return nil, err
	}
	if err := hasSeen(asked.Seen); err != nil {
		return nil, err
	}
	if err := among(a.Programme().Support.Ends, "reason", asked.Reason); err != nil {
		return nil, err
	}
	g := conversation.GiveBack{Conversation: id, Staff: c.by.ID, Key: c.key, Ask: a.Programme().Support.Rate, Seen: *asked.Seen, Ended: asked.Reason}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		if err := a.cases().CloseTx(ctx, tx, c.now, g); err != nil {
			return nil, err
		}
		return held{id}, c.log(ctx, tx, "conversations.close", id, map[string]any{"reason": asked.Reason})
	}, nil
}

// snoozeConversation puts a conversation off.
func (a *api) snoozeConversation(c call) (act, error) {
	var asked struct {
		Until time.Time `json:"until"`
	}
	id, err := c.conversation(&asked)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		if err := a.cases().SnoozeTx(ctx, tx, c.now, id, c.by.ID, asked.Until); err != nil {
			return nil, err
		}
		return held{id}, c.log(ctx, tx, "conversations.snooze", id, map[string]any{"until": asked.Until})
	}, nil
}

// tagConversation marks a conversation with these tags and no others.
func (a *api) tagConversation(c call) (act, error) {
	var asked struct {
		Tags []string `json:"tags"`
	}
	id, err := c.conversation(&asked)
	if err != nil {
		return nil, err
	}
	tags := []string{}
	for _, t := range asked.Tags {
		if err := among(a.Programme().Support.Tags, "tags", t); err != nil {
			return nil, err
		}
		if !slices.Contains(tags, t) {
			tags = append(tags, t)
		}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		if err := support.TagTx(ctx, tx, id, tags); err != nil {
			return nil, err
		}
		return held{id}, c.log(ctx, tx, "conversations.tags", id, map[string]any{"tags": tags})
	}, nil
}

// among says what is wrong with a name that the programme does not have.
func among(labels []flows.Label, field, name string) error {
	var have []string
	for _, l := range labels {
		if l.ID == name {
			return nil
		}
		have = append(have, l.ID)
	}
	return invalid{fmt.Sprintf("%s must be of the programme's own: %v", field, have)}
}
