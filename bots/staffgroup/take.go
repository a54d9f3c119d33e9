package staffgroup

import (
	"context"
	"fmt"
	"strconv"

	"besedka/bots"
	"besedka/bots/telegram"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/support/topic"
)

// stumble is an update that could not be carried out, and how often it was tried.
type stumble struct {
	update int64
	times  int
}

// maxTimes is how often an update is tried while the database answers: then it is in the
// update itself, and the others do not wait for it any longer.
const maxTimes = 4

// take carries an update out, or lets it go when it never can be. A panic takes no process
// down.
func (g *Group) take(ctx context.Context, h telegram.Heard) error {
	var err error
	if panicked := bots.Guarded(func() error {
		err = g.hear(ctx, h)
		return nil
	}); panicked != nil {
		err = panicked
	}
	if err == nil || ctx.Err() != nil {
		return err
	}
	if g.stumbled.update != h.ID {
		g.stumbled = stumble{update: h.ID}
	}
	if g.DB.Ping(ctx) == nil {
		g.stumbled.times++
	}
	if g.stumbled.times < maxTimes {
		return err
	}
	g.Log.ErrorContext(ctx, "an update of the staff's group is given up", "account", g.Forum.Account(), "update", h.ID, "err", err)
	return g.giveUp(ctx, h, err)
}

// giveUp keeps an update that cannot be read, or carried out, for a person to look at, and
// tells who is behind it that nothing came of it: silence would be taken for success.
func (g *Group) giveUp(ctx context.Context, h telegram.Heard, why error) error {
	now, key := g.Now(), strconv.FormatInt(h.ID, 10)
	poison := conversation.Poison{Key: key, Raw: h.Raw, Reason: bots.Reason(why)}
	if err := g.Door.Receive(ctx, now, conversation.Arrival{Channel: chat.Telegram, Account: g.Forum.Account(), Poison: []conversation.Poison{poison}}); err != nil {
		return err
	}
	text := g.word("group.answer.given_up")
	if h.Tap != "" {
		g.toast(ctx, h.Tap, text)
		return nil
	}
	if h.Chat != g.chat() || h.Thread == 0 {
		return nil
	}
	return topic.Tell(ctx, g.DB, now, topic.Answer{Key: fmt.Sprintf("given up/%s/%s", g.Forum.Account(), key), Chat: h.Chat, Thread: h.Thread, ReplyTo: h.Message, Text: text})
}
