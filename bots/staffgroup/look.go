package staffgroup

import (
	"context"
	"fmt"
	"slices"
	"time"

	"besedka/core/conversation"
	"besedka/core/seal"
	"besedka/core/support"
	"besedka/core/support/topic"
)

// talk is a conversation beside its topic.
type talk struct {
	topic.Topic
	shown   conversation.Shown
	names   map[int64]string // of the staff
	replies []topic.Reply
	lines   []line // that stand nowhere yet, the oldest first
}

// Limits of what is looked at.
const (
	pageRows = 50
	maxRows  = 500 // said while people have the conversation: what is older is in the console
	before   = 10  // lines before that, for who reads
	noteRows = 20
)

// look reads a conversation with what of it stands in its topic.
func (g *Group) look(ctx context.Context, id int64) (t talk, err error) {
	if t.Topic, err = topic.Of(ctx, g.DB, g.chat(), id); err != nil {
		return t, err
	}
	if t.shown, err = conversation.Show(ctx, g.DB, id); err != nil {
		return t, err
	}
	if t.names, err = g.names(ctx, g.DB); err != nil {
		return t, err
	}
	if t.replies, err = topic.Replies(ctx, g.DB, id); err != nil {
		return t, err
	}
	if t.Thread == 0 || t.Closed {
		return t, nil // there is nowhere to post to
	}
	t.lines, err = g.unposted(ctx, t)
	return t, err
}

// unposted are the lines that stand nowhere yet: those said since people have the
// conversation, a few before, and what colleagues note.
func (g *Group) unposted(ctx context.Context, t talk) ([]line, error) {
	posted, err := topic.Lines(ctx, g.DB, t.Conversation)
	if err != nil {
		return nil, err
	}
	said, err := g.said(ctx, t)
	if err != nil {
		return nil, err
	}
	slices.Reverse(said) // they come the newest first
	_, key, err := g.Door.Person(ctx, t.Conversation)
	if err != nil {
		return nil, err
	}
	noted, err := g.noted(ctx, t, key)
	if err != nil {
		return nil, err
	}
	all := append(said, noted...)
	stood := map[named]int64{} // for what edits or quotes it
	for _, l := range all {
		if m := posted[l.Line]; m != 0 && l.key != "" {
			stood[named{l.Kind, l.key}] = m
		}
	}
	all = slices.DeleteFunc(all, func(l line) bool { _, ok := posted[l.Line]; return ok })
	for i := range all {
		all[i].answers = all[i].answered(stood)
	}
	slices.SortStableFunc(all, func(a, b line) int { return a.at.Compare(b.at) })
	return all, nil
}

// said are the lines of the conversation since people have it, and a few before.
func (g *Group) said(ctx context.Context, t talk) (all []line, err error) {
	earlier, cursor := 0, conversation.Cursor{}
	for len(all) < maxRows {
		page, next, err := g.Door.History(ctx, t.Conversation, cursor, pageRows)
		if err != nil {
			return nil, err
		}
		for _, e := range page {
			if e.At.Before(t.Since) {
				earlier++
			}
			if earlier > before {
				return all, nil
			}
			all = append(all, g.lineOf(t, e))
		}
		if next == (conversation.Cursor{}) {
			return all, nil
		}
		cursor = next
	}
	return all, nil
}

// noted are what colleagues wrote down since people have the conversation.
func (g *Group) noted(ctx context.Context, t talk, key seal.Key) (all []line, err error) {
	notes, err := support.Notes(ctx, g.DB, t.Conversation, key, 0, noteRows)
	if err != nil {
		return nil, err
	}
	for _, n := range notes {
		if !n.At.Before(t.Since) {
			all = append(all, line{Line: topic.Line{Kind: topic.Note, ID: n.ID}, at: n.At, text: g.lineText("📝 "+t.names[n.Staff], n.At, n.Text)})
		}
	}
	return all, nil
}

// since is from when on a conversation is shown.
func since(c conversation.Shown, now time.Time) time.Time {
	if c.Since != nil {
		return *c.Since
	}
	return now
}

// console is where a conversation is in the console, "" when no messenger can link there.
func (g *Group) console(id int64) string {
	if len(g.Site) < len("https://") || g.Site[:len("https://")] != "https://" {
		return ""
	}
	return fmt.Sprintf("%s/console/inbox/%d", g.Site, id)
}
