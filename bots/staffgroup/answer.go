package staffgroup

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"besedka/bots"
	"besedka/bots/telegram"
	"besedka/core/support"
	"besedka/core/support/topic"
	"besedka/storage"
)

// answerTo is an answer to a message in the topic of a conversation; about names what it is
// about, which is said once to a message.
func (g *Group) answerTo(conversation, thread, message int64, about, text string) topic.Answer {
	key := fmt.Sprintf("%s/%d/%d/%d", about, g.chat(), conversation, message)
	return topic.Answer{Key: key, Chat: g.chat(), Thread: thread, ReplyTo: message, Text: text}
}

// answer says the oldest answer there is. One that Telegram does not take is let go, and
// so is one to a chat that is not the group: anybody may write to the bot.
func (g *Group) answer(ctx context.Context, now time.Time) (worked bool, err error) {
	a, ok, err := topic.Next(ctx, g.DB)
	if err != nil || !ok {
		return false, err
	}
	text := a.Text
	if a.NotesOf != 0 {
		if text, err = g.notes(ctx, a.NotesOf); err != nil {
			return true, err
		}
	}
	_, err = g.Forum.Send(ctx, telegram.Place{Chat: a.Chat, Thread: a.Thread}, telegram.Post{Text: cut(text, maxText), Answers: a.ReplyTo, Keys: g.anyway(a.Anyway)})
	ours := a.Chat == g.chat()
	switch {
	case err == nil:
	case !ours, errors.Is(err, telegram.ErrNoTopic), errors.Is(err, bots.ErrRejected), errors.Is(err, bots.ErrUnknownOutcome):
		g.Log.WarnContext(ctx, "an answer in the staff's group is not said", "answer", a.ID, "err", err)
	default:
		return true, g.failed(ctx, now, err)
	}
	return true, g.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if ours { // strangers who write to the bot spend nothing of it
			if err := topic.Spend(ctx, tx, g.chat(), now); err != nil {
				return err
			}
		}
		return topic.Told(ctx, tx, now, a.ID)
	})
}

// notes are what colleagues wrote down about a conversation, the newest last.
func (g *Group) notes(ctx context.Context, conversation int64) (string, error) {
	_, key, err := g.Door.Person(ctx, conversation)
	if errors.Is(err, storage.ErrNotFound) {
		return g.word("group.answer.no_notes"), nil
	}
	if err != nil {
		return "", err
	}
	notes, err := support.Notes(ctx, g.DB, conversation, key, 0, noteRows)
	if err != nil {
		return "", err
	}
	names, err := g.names(ctx, g.DB)
	if err != nil || len(notes) == 0 {
		return g.word("group.answer.no_notes"), err
	}
	var lines []string
	for size, i := 0, 0; i < len(notes) && size < maxText; i++ { // the newest are sure to fit
		n := notes[i]
		one := g.lineText("📝 "+names[n.Staff]+" "+n.At.In(g.Programme().Location).Format("02.01"), n.At, n.Text)
		if size += units(one) + 1; size < maxText {
			lines = append([]string{one}, lines...)
		}
	}
	return strings.Join(lines, "\n"), nil
}
