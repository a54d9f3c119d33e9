package staffgroup

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/support/topic"
	"besedka/flows"
	"besedka/storage"
)

// mends are the channels whose messages can be changed after they were sent.
var mends = map[string]bool{
	string(chat.Telegram): true, string(chat.Webchat): true, string(chat.Max): true, string(chat.VK): true, string(chat.Whatsmeow): true,
}

// mend takes what one of the staff changes in what they wrote before: the shopper's
// message changes, too, while they look at it and where their messenger lets it. Else its
// author is told that it has gone as it was.
func (g *Group) mend(ctx context.Context, tx storage.Tx, s said, text string, refuse func(string) error) error {
	taken, ok, err := topic.TakenFor(ctx, tx, s.conversation, s.Message)
	if err != nil {
		return err
	}
	shown, err := conversation.Show(ctx, tx, s.conversation)
	switch {
	case err != nil:
		return err
	case !ok:
		return g.mendHeld(ctx, tx, s, text, refuse)
	case taken.Note:
		return g.mendNote(ctx, tx, s, text, refuse)
	case strings.HasPrefix(text, "/"): // what became a note, or a command, was said already
		return refuse(g.word("group.refused.edit"))
	case flows.LeftOver(text) != "":
		return refuse(g.word("group.refused.left_over"))
	case !mends[shown.Channel] || !taken.Thread || s.File != nil || !g.fresh(s, taken) || !conversation.Sayable(text):
		return refuse(g.word("group.refused.edit"))
	}
	seen, err := topic.Seen(ctx, tx, s.conversation, math.MaxInt64)
	if err != nil {
		return err
	}
	message := s.key()
	r := conversation.Reply{Key: fmt.Sprintf("%s edit %d", message, s.ID), Text: text, Seen: seen, Thread: message, Over: message}
	refused, err := storage.Apart(ctx, tx, func() error { return g.say(ctx, tx, s, r) })
	if err != nil || refused == nil {
		return err
	}
	word, err := g.why(ctx, tx, refused)
	if err != nil {
		return err
	}
	return refuse(word)
}

// mendNote keeps what a note says now beside what it said. Whatever it becomes, it goes to
// no shopper.
func (g *Group) mendNote(ctx context.Context, tx storage.Tx, s said, text string, refuse func(string) error) error {
	note, isNote := strings.CutPrefix(text, notePrefix)
	note = strings.TrimSpace(note)
	switch {
	case !isNote:
		return refuse(g.word("group.refused.edit_note"))
	case !conversation.Sayable(note):
		return refuse(g.word("group.refused.text"))
	}
	return g.note(ctx, tx, s, g.word("group.line.mended")+" "+note, refuse)
}

// margin is for the way: what is older than chat.Fresh when it is delivered would be said
// anew.
const margin = 10 * time.Second

// fresh says whether the shopper may still look at a message; one that is not sent yet
// they will.
func (g *Group) fresh(s said, t topic.Taken) bool {
	return t.SentAt == nil || s.now.Sub(*t.SentAt) < chat.Fresh-margin
}
