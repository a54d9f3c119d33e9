package staffgroup

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"besedka/core/conversation"
	"besedka/core/support"
	"besedka/core/support/topic"
	"besedka/flows"
	"besedka/storage"
)

// notePrefix begins what is for colleagues alone.
const notePrefix = "//"

// write takes what one of the staff writes in a topic: a note, or a reply to the shopper
// by who has the conversation. What is refused is answered with why.
func (g *Group) write(ctx context.Context, tx storage.Tx, s said) error {
	refuse := func(word string) error {
		return topic.Tell(ctx, tx, s.now, g.answerTo(s.conversation, s.Thread, s.Message, fmt.Sprint("refused ", s.ID), word))
	}
	text := strings.TrimSpace(s.Text)
	note, isNote := strings.CutPrefix(text, notePrefix)
	switch {
	case s.Edited:
		return g.mend(ctx, tx, s, text, refuse)
	case isNote && s.File != nil:
		return refuse(g.word("group.refused.note_file"))
	case s.trouble != "":
		return refuse(g.word(s.trouble))
	case strings.HasPrefix(text, "/") && !isNote:
		return refuse(g.word("group.refused.command"))
	case !conversation.Sayable(strings.TrimSpace(note)) && (s.media == nil || text != ""):
		return refuse(g.word("group.refused.text"))
	case isNote:
		return g.note(ctx, tx, s, strings.TrimSpace(note), refuse)
	case flows.LeftOver(text) != "":
		return refuse(g.word("group.refused.left_over"))
	}
	w := words{Text: text, Media: s.media, Answers: s.Answers}
	refused, err := storage.Apart(ctx, tx, func() error { return g.replySeen(ctx, tx, s, w) })
	if err != nil || refused == nil {
		return err
	}
	if stale, ok := errors.AsType[*conversation.StaleError](refused); ok {
		return g.hold(ctx, tx, s, w, stale.Newest)
	}
	word, err := g.why(ctx, tx, refused)
	if err != nil {
		return err
	}
	return refuse(word)
}

// note keeps a note, which never goes to the shopper.
func (g *Group) note(ctx context.Context, tx storage.Tx, s said, text string, refuse func(string) error) error {
	_, key, err := g.Door.Person(ctx, s.conversation)
	if errors.Is(err, storage.ErrNotFound) { // the person was erased
		return refuse(g.word("group.refused.gone"))
	}
	if err != nil {
		return err
	}
	id, err := support.WriteTx(ctx, tx, s.now, s.conversation, s.by.ID, key, text)
	if err != nil {
		return err
	}
	if err := topic.TakeTx(ctx, tx, s.conversation, s.Message, true, topic.Line{Kind: topic.Note, ID: id}); err != nil {
		return err
	}
	return g.audit(ctx, tx, s, "note", "")
}

// replySeen says something to the shopper. Its author has seen what stood in the topic
// above.
func (g *Group) replySeen(ctx context.Context, tx storage.Tx, s said, w words) error {
	seen, err := topic.Seen(ctx, tx, s.conversation, s.Message)
	if err != nil {
		return err
	}
	return g.reply(ctx, tx, s, w, seen)
}

func (g *Group) reply(ctx context.Context, tx storage.Tx, s said, w words, seen int64) error {
	answered, err := topic.Answered(ctx, tx, s.conversation, w.Answers)
	if err != nil {
		return err
	}
	message := s.key()
	return g.say(ctx, tx, s, conversation.Reply{Key: message, Text: w.Text, Media: w.Media, Answers: answered, Seen: seen, Thread: message})
}

// key names a message of the staff's among all.
func (s said) key() string { return fmt.Sprintf("telegram %d/%d", s.Chat, s.Message) }

func (g *Group) say(ctx context.Context, tx storage.Tx, s said, r conversation.Reply) error {
	r.Conversation, r.Staff, r.Mark = s.conversation, s.by.ID, g.Mark
	if err := g.Door.ReplyTx(ctx, tx, s.now, r); err != nil {
		return err
	}
	ids, err := g.Door.RepliedTx(ctx, tx, r)
	if err != nil {
		return err
	}
	lines := make([]topic.Line, len(ids))
	for i, id := range ids {
		lines[i] = topic.Line{Kind: topic.Out, ID: id}
	}
	if err := topic.TakeTx(ctx, tx, s.conversation, s.Message, false, lines...); err != nil {
		return err
	}
	return g.audit(ctx, tx, s, "reply", "")
}
