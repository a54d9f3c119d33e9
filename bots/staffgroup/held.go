package staffgroup

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"besedka/bots/telegram"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/support/topic"
	"besedka/flows"
	"besedka/storage"
)

// anywayKey sends the words of the message behind it, although the shopper had written
// meanwhile.
const anywayKey = "anyway/"

// Why held words do not leave.
var (
	errSent     = errors.New("no words of this message are held")
	errNotYours = errors.New("these are a colleague's words")
)

// words are what a message of the staff says to the shopper.
type words struct {
	Text    string      `json:"text"`
	Media   *chat.Media `json:"media,omitempty"`
	Answers int64       `json:"answers,omitempty"` // message in the topic that it answers, 0: none
}

const heldAs = "topic_held"

// hold keeps words that came too late, and offers to send them anyway.
func (g *Group) hold(ctx context.Context, tx storage.Tx, s said, w words, newest int64) error {
	if err := g.keepWords(ctx, tx, s, w, newest); err != nil {
		return err
	}
	a := g.answerTo(s.conversation, s.Thread, s.Message, fmt.Sprint("held ", s.ID), g.word("group.refused.stale"))
	a.Anyway = s.Message
	return topic.Tell(ctx, tx, s.now, a)
}

func (g *Group) keepWords(ctx context.Context, tx storage.Tx, s said, w words, newest int64) error {
	_, key, err := g.Door.Person(ctx, s.conversation)
	if err != nil {
		return err
	}
	sealed, err := key.SealJSON(heldAs, w)
	if err != nil {
		return err
	}
	return topic.HoldTx(ctx, tx, s.now, s.conversation, s.Message, topic.Held{Staff: s.by.ID, Sealed: sealed, Newest: newest})
}

// held are the words that s, a tap or a correction, is about; they must be its author's.
func (g *Group) held(ctx context.Context, tx storage.Tx, s said) (h topic.Held, w words, err error) {
	h, ok, err := topic.HeldTx(ctx, tx, s.conversation, s.Message)
	switch {
	case err != nil:
		return h, w, err
	case !ok:
		return h, w, errSent
	case h.Staff != s.by.ID:
		return h, w, errNotYours
	}
	_, key, err := g.Door.Person(ctx, s.conversation)
	if err != nil {
		return h, w, err
	}
	return h, w, key.OpenJSON(heldAs, h.Sealed, &w)
}

// sendAnyway says what was held. Its author has been warned of what came before, and has
// seen what stands in the topic by now.
func (g *Group) sendAnyway(ctx context.Context, tx storage.Tx, s said) error {
	h, w, err := g.held(ctx, tx, s)
	if err != nil {
		return err
	}
	seen, err := topic.Seen(ctx, tx, s.conversation, math.MaxInt64)
	if err != nil {
		return err
	}
	if err := g.reply(ctx, tx, s, w, max(seen, h.Newest)); err != nil {
		return err
	}
	return topic.DropTx(ctx, tx, s.conversation, s.Message)
}

// warn keeps that the author of held words was told that the shopper has written again.
func (g *Group) warn(ctx context.Context, tx storage.Tx, s said, newest int64) error {
	h, ok, err := topic.HeldTx(ctx, tx, s.conversation, s.Message)
	if err != nil || !ok {
		return err
	}
	h.Newest = newest
	return topic.HoldTx(ctx, tx, s.now, s.conversation, s.Message, h)
}

// mendHeld takes what an author changes in words that are held: the key sends the new ones,
// or none when they have become a note.
func (g *Group) mendHeld(ctx context.Context, tx storage.Tx, s said, text string, refuse func(string) error) error {
	h, _, err := g.held(ctx, tx, s)
	switch {
	case errors.Is(err, errSent), errors.Is(err, errNotYours):
		return refuse(g.word("group.refused.edit_unsent"))
	case err != nil:
		return err
	case strings.HasPrefix(text, "/"):
		if err := topic.DropTx(ctx, tx, s.conversation, s.Message); err != nil {
			return err
		}
		return refuse(g.word("group.answer.held_dropped"))
	case s.trouble != "": // the picture that it was is not the one they look at
		if err := topic.DropTx(ctx, tx, s.conversation, s.Message); err != nil {
			return err
		}
		return refuse(g.word(s.trouble))
	case flows.LeftOver(text) != "":
		return refuse(g.word("group.refused.left_over"))
	case !conversation.Sayable(text) && (s.media == nil || text != ""):
		return refuse(g.word("group.refused.text"))
	}
	if err := g.keepWords(ctx, tx, s, words{Text: text, Media: s.media, Answers: s.Answers}, h.Newest); err != nil {
		return err
	}
	return refuse(g.word("group.answer.held_mended"))
}

// anyway is the key under an answer that sends held words.
func (g *Group) anyway(message int64) [][]telegram.Key {
	if message == 0 {
		return nil
	}
	return [][]telegram.Key{{{Title: g.word("group.key.anyway"), Data: fmt.Sprint(anywayKey, message)}}}
}

// about is the message whose words a key sends, false for another key.
func about(data string) (message int64, ok bool) {
	number, ok := strings.CutPrefix(data, anywayKey)
	if !ok {
		return 0, false
	}
	message, err := strconv.ParseInt(number, 10, 64)
	return message, err == nil
}
