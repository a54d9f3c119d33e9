package staffgroup

import (
	"context"
	"errors"
	"strings"
	"time"

	"besedka/bots"
	"besedka/bots/telegram"
	"besedka/core/support/topic"
	"besedka/locales"
	"besedka/storage"
)

// What shoppers say waits for more of it: a topic gets a post every few seconds, and all
// together leave some of a group's minute to cards and answers.
const (
	postEvery = 3 * time.Second
	reserve   = 4
	fetchWait = time.Minute // for a file that is on its way
)

// line posts what comes next of a conversation: a file, or all texts up to one.
func (g *Group) line(ctx context.Context, now time.Time, room topic.Room, t talk) (worked bool, due time.Time, err error) {
	first := t.lines[0]
	switch {
	case room.Posts <= reserve:
		return false, room.Next, nil
	case t.PostedAt != nil && now.Before(t.PostedAt.Add(postEvery)):
		return false, t.PostedAt.Add(postEvery), nil
	case first.fetch && now.Before(first.at.Add(fetchWait)):
		return false, first.at.Add(fetchWait), nil
	case first.blob != "":
		return true, due, g.file(ctx, now, t, first)
	}
	some := together(t.lines)
	texts := make([]string, len(some))
	for i, l := range some {
		texts[i] = l.text
	}
	id, err := g.Forum.Send(ctx, t.place(), telegram.Post{Text: strings.Join(texts, "\n"), Answers: first.answers})
	return true, due, g.posted(ctx, now, t, id, err, some)
}

// together are the first lines, as many as go in one message.
func together(lines []line) []line {
	size := 0
	for i, l := range lines {
		size += units(l.text) + 1
		if i > 0 && (l.blob != "" || l.fetch || l.answers != lines[0].answers || size > maxText) {
			return lines[:i]
		}
	}
	return lines
}

// file posts a file with what was said beside it. What cannot be shown is told of.
func (g *Group) file(ctx context.Context, now time.Time, t talk, l line) error {
	f, err := g.Media.Get(ctx, l.blob)
	if errors.Is(err, storage.ErrNotFound) || len(f.Data) > fileLimit(l.photo) {
		l.text, err = l.text+"\n"+g.word("group.line.unshown"), nil
		id, err := g.Forum.Send(ctx, t.place(), telegram.Post{Text: l.text})
		return g.posted(ctx, now, t, id, err, []line{l})
	}
	if err != nil {
		return err
	}
	p := telegram.Post{Text: cut(l.text, maxCaption), Answers: l.answers}
	if l.photo {
		p.Photo = f.Data
	} else {
		p.Document, p.Name = f.Data, l.name
	}
	id, err := g.Forum.Send(ctx, t.place(), p)
	if errors.Is(err, bots.ErrRejected) { // it is not what it is called
		id, err = g.Forum.Send(ctx, t.place(), telegram.Post{Text: l.text + "\n" + g.word("group.line.unshown")})
	}
	return g.posted(ctx, now, t, id, err, []line{l})
}

// fileLimit is how much a bot uploads, core.telegram.org/bots/api#sending-files.
func fileLimit(photo bool) int {
	if photo {
		return 10 << 20
	}
	return 50 << 20
}

// posted keeps that lines stand in a message. One that Telegram does not take, and one of
// which it was not heard twice whether it came, is given up: the others do not wait for it.
func (g *Group) posted(ctx context.Context, now time.Time, t talk, id int64, err error, lines []line) error {
	switch {
	case errors.Is(err, bots.ErrUnknownOutcome) && t.Tries == 0:
		t.Tries++
		return errors.Join(topic.Save(ctx, g.DB, t.Topic), g.failed(ctx, now, err))
	case errors.Is(err, bots.ErrUnknownOutcome), errors.Is(err, bots.ErrRejected):
		g.Log.WarnContext(ctx, "what was said is not shown in the staff's group", "conversation", t.Conversation, "lines", len(lines), "err", err)
		id, err = 0, nil
	}
	t.PostedAt, t.Tries = &now, 0
	return g.did(ctx, now, t.Conversation, err, func(ctx context.Context, tx storage.Tx) error {
		stand := make([]topic.Line, len(lines))
		for i, l := range lines {
			stand[i] = l.Line
		}
		if err := topic.Post(ctx, tx, t.Conversation, id, stand...); err != nil {
			return err
		}
		return t.save(ctx, tx)
	})
}

// Marks under what the staff write: it is on its way, it was delivered, it was not; it is
// a note. They cost nothing of a group's minute.
const (
	coming    = "👀"
	delivered = "👍"
	undone    = "👎"
	noted     = "✍"
)

// unmarked is the first reply under which another mark has to stand.
func unmarked(replies []topic.Reply) (r topic.Reply, to string, ok bool) {
	for _, r := range replies {
		if to := markOf(r); to != r.Shown {
			return r, to, true
		}
	}
	return r, "", false
}

func markOf(r topic.Reply) string {
	switch {
	case r.Note:
		return noted
	case r.Failed > 0:
		return undone
	case r.Sent == r.Parts:
		return delivered
	}
	return coming
}

// settled says whether nothing more will become of any reply for now.
func settled(replies []topic.Reply) bool {
	for _, r := range replies {
		if !r.Note && r.Sent+r.Failed+r.Waiting < r.Parts {
			return false
		}
	}
	return true
}

// mark puts a mark under a reply, and says why it was not delivered.
func (g *Group) mark(ctx context.Context, now time.Time, t talk, r topic.Reply, to string) error {
	err := g.Forum.React(ctx, t.Chat, r.Message, to)
	if errors.Is(err, telegram.ErrNoMessage) || errors.Is(err, bots.ErrRejected) {
		err = nil // nobody can see it there
	}
	if err != nil {
		return g.failed(ctx, now, err)
	}
	return g.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if to == undone {
			why := g.with("group.answer.undelivered", locales.Args{"why": locales.Text(g.reason(r.Reason))})
			if err := topic.Tell(ctx, tx, now, g.answerTo(t.Conversation, t.Thread, r.Message, "undelivered", why)); err != nil {
				return err
			}
		}
		return topic.Mark(ctx, tx, t.Conversation, r.Message, to)
	})
}

// reason says why a message did not reach the shopper.
func (g *Group) reason(of string) string {
	switch of {
	case "blocked":
		return g.word("group.reason.blocked")
	case "unknown_outcome":
		return g.word("group.reason.unknown")
	}
	return g.word("group.reason.rejected")
}
