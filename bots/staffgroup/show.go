package staffgroup

import (
	"context"
	"errors"
	"time"

	"besedka/bots"
	"besedka/bots/telegram"
	"besedka/core/support/topic"
	"besedka/storage"
)

// show does the next thing that brings the topic of a conversation nearer to it, and
// keeps that there was nothing to do when there was nothing. due is when there will be,
// zero: it is not known.
func (g *Group) show(ctx context.Context, now time.Time, room topic.Room, c change) (worked bool, due time.Time, err error) {
	if c.Forgotten {
		return true, due, g.forget(ctx, now, c.Conversation)
	}
	t, err := g.look(ctx, c.Conversation)
	if errors.Is(err, storage.ErrNotFound) {
		return false, due, nil // the person was erased this moment
	}
	if err != nil {
		return false, due, err
	}
	card := g.card(t)
	busy := t.shown.Lifecycle != "bot"
	switch {
	case t.Thread == 0 && !busy:
		return false, due, nil
	case t.Thread == 0 && room.Posts <= reserve:
		return false, room.Next, nil
	case t.Thread == 0:
		return true, due, g.create(ctx, now, t)
	case t.Closed && busy:
		return true, due, g.reopen(ctx, now, t)
	case t.Closed:
		return false, due, nil
	}
	if r, to, ok := unmarked(t.replies); ok {
		return true, due, g.mark(ctx, now, t, r, to)
	}
	switch changed := t.CardMark != card.digest(); {
	case t.Card == 0 && room.Posts <= reserve, changed && room.Posts <= 0:
		return false, room.Next, nil
	case t.Card == 0:
		return true, due, g.post(ctx, now, t, card)
	case !t.Pinned:
		return true, due, g.pin(ctx, now, t)
	case changed:
		return true, due, g.edit(ctx, now, t, card)
	case t.Title != g.title(t) && room.Posts <= 0:
		return false, room.Next, nil
	case t.Title != g.title(t):
		return true, due, g.rename(ctx, now, t)
	}
	if busy && len(t.lines) > 0 {
		return g.line(ctx, now, room, t)
	}
	if !busy && settled(t.replies) {
		return true, due, g.shut(ctx, now, t)
	}
	t.Mark = c.now
	return false, due, topic.Save(ctx, g.DB, t.Topic)
}

// did keeps what came of a call to Telegram that is a message to it: the group's minute is
// charged in the transaction of keep.
func (g *Group) did(ctx context.Context, now time.Time, conversation int64, err error, keep func(ctx context.Context, tx storage.Tx) error) error {
	return g.free(ctx, now, conversation, err, func(ctx context.Context, tx storage.Tx) error {
		if err := topic.Spend(ctx, tx, g.chat(), now); err != nil {
			return err
		}
		return keep(ctx, tx)
	})
}

// free is did for what is no message. A topic that was deleted is made anew.
func (g *Group) free(ctx context.Context, now time.Time, conversation int64, err error, keep func(ctx context.Context, tx storage.Tx) error) error {
	switch {
	case errors.Is(err, telegram.ErrNoTopic):
		return g.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error { return topic.LoseTx(ctx, tx, conversation) })
	case err != nil:
		return g.failed(ctx, now, err)
	}
	return g.DB.InTx(ctx, keep)
}

// save is what most calls keep.
func (t talk) save(ctx context.Context, tx storage.Tx) error { return topic.Save(ctx, tx, t.Topic) }

func (t talk) place() telegram.Place { return telegram.Place{Chat: t.Chat, Thread: t.Thread} }

// create makes the topic. A process that is killed before it has kept that leaves an empty
// one in the group. What stood in another group, by the numbers of its messages, is shown
// anew.
func (g *Group) create(ctx context.Context, now time.Time, t talk) error {
	thread, err := g.Forum.CreateTopic(ctx, g.chat(), g.title(t))
	if errors.Is(err, bots.ErrUnknownOutcome) { // each try may leave an empty topic
		return topic.Wait(ctx, g.DB, g.chat(), now.Add(pauseLong))
	}
	t.Topic = topic.Topic{Conversation: t.Conversation, Chat: g.chat(), Thread: thread, Since: since(t.shown, now), Title: g.title(t)}
	return g.did(ctx, now, t.Conversation, err, func(ctx context.Context, tx storage.Tx) error {
		if err := topic.LoseTx(ctx, tx, t.Conversation); err != nil {
			return err
		}
		return t.save(ctx, tx)
	})
}

// rename calls the topic by the member's number: two who were joined have one.
func (g *Group) rename(ctx context.Context, now time.Time, t talk) error {
	t.Title = g.title(t)
	err := g.Forum.RenameTopic(ctx, t.place(), t.Title)
	if errors.Is(err, bots.ErrRejected) {
		g.Log.WarnContext(ctx, "a topic is not renamed", "conversation", t.Conversation, "err", err)
		err = nil
	}
	return g.did(ctx, now, t.Conversation, err, t.save)
}

// reopen takes up the topic of who has called people before.
func (g *Group) reopen(ctx context.Context, now time.Time, t talk) error {
	err := g.Forum.ReopenTopic(ctx, t.place())
	t.Closed, t.Since = false, since(t.shown, now)
	return g.free(ctx, now, t.Conversation, err, t.save)
}

func (g *Group) shut(ctx context.Context, now time.Time, t talk) error {
	err := g.Forum.CloseTopic(ctx, t.place())
	t.Closed = true
	return g.free(ctx, now, t.Conversation, err, t.save)
}

// forget takes away the topic of whom nothing is to be left. When the bot may not, it is
// tried again as often as its rights are looked at, and holds up nothing.
func (g *Group) forget(ctx context.Context, now time.Time, conversation int64) error {
	t, err := topic.Of(ctx, g.DB, g.chat(), conversation)
	if err != nil {
		return err
	}
	if t.Thread != 0 {
		err = g.Forum.DeleteTopic(ctx, telegram.Place{Chat: t.Chat, Thread: t.Thread})
	}
	if errors.Is(err, bots.ErrRejected) {
		g.Log.ErrorContext(ctx, "the topic of an erased person is not deleted: the bot may not", "conversation", conversation, "err", err)
		return g.wipe(ctx, now, t)
	}
	return g.free(ctx, now, conversation, err, func(ctx context.Context, tx storage.Tx) error { return topic.LoseTx(ctx, tx, conversation) })
}

// wipe says on the card of a topic that may not be deleted that somebody has to do it, once.
func (g *Group) wipe(ctx context.Context, now time.Time, t topic.Topic) error {
	c, was := card{Text: g.word("group.card.erased")}, t.CardMark
	t.Closed, t.Mark, t.CardMark = true, forgotten, c.digest()
	if t.Card == 0 || was == t.CardMark {
		return topic.Save(ctx, g.DB, t)
	}
	err := g.Forum.Edit(ctx, t.Chat, t.Card, c.post())
	if errors.Is(err, telegram.ErrNoMessage) || errors.Is(err, bots.ErrRejected) { // others do not wait for it
		err = nil
	}
	return g.did(ctx, now, t.Conversation, err, talk{Topic: t}.save)
}

func (g *Group) post(ctx context.Context, now time.Time, t talk, c card) error {
	id, err := g.Forum.Send(ctx, t.place(), c.post())
	if errors.Is(err, bots.ErrRejected) {
		id, err = g.Forum.Send(ctx, t.place(), c.unlinked())
	}
	t.Card, t.CardMark, t.Pinned = id, c.digest(), false
	return g.did(ctx, now, t.Conversation, err, t.save)
}

// pin does without when Telegram does not let it: the card stands where it was posted.
func (g *Group) pin(ctx context.Context, now time.Time, t talk) error {
	err := g.Forum.Pin(ctx, t.Chat, t.Card)
	if errors.Is(err, bots.ErrRejected) || errors.Is(err, telegram.ErrNoMessage) {
		g.Log.WarnContext(ctx, "a card is not pinned", "conversation", t.Conversation, "err", err)
		err = nil
	}
	t.Pinned = true
	return g.free(ctx, now, t.Conversation, err, t.save)
}

// edit changes the card in its place; one that is gone is posted anew.
func (g *Group) edit(ctx context.Context, now time.Time, t talk, c card) error {
	err := g.Forum.Edit(ctx, t.Chat, t.Card, c.post())
	if errors.Is(err, bots.ErrRejected) {
		err = g.Forum.Edit(ctx, t.Chat, t.Card, c.unlinked())
	}
	t.CardMark = c.digest()
	if errors.Is(err, telegram.ErrNoMessage) {
		t.Card, err = 0, nil
	}
	return g.did(ctx, now, t.Conversation, err, t.save)
}
