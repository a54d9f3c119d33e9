package staffgroup

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"besedka/core/conversation"
	"besedka/core/staff"
	"besedka/core/support"
	"besedka/core/support/topic"
	"besedka/storage"
)

// tap carries out what a key of a card asks for, by the same guards as the console's; the
// toast says what came of it.
func (g *Group) tap(ctx context.Context, tx storage.Tx, s said) (toast string, err error) {
	var act, done string
	refused, err := storage.Apart(ctx, tx, func() (err error) {
		switch from, takes := strings.CutPrefix(s.Data, takeKey); {
		case takes:
			act, done = "take", g.word("group.toast.taken")
			return g.take(ctx, tx, s, from)
		case s.Data == releaseKey:
			act, done = "release", g.word("group.toast.released")
			return g.Door.ReleaseTx(ctx, tx, s.conversation, s.by.ID, "")
		case s.Data == backKey:
			act, done = "give_back", g.word("group.toast.given_back")
			return g.Door.GiveBackTx(ctx, tx, s.now, conversation.GiveBack{Conversation: s.conversation, Staff: s.by.ID, Key: "telegram " + s.Tap})
		case s.Data == notesKey:
			a := g.answerTo(s.conversation, s.Thread, s.Message, "notes "+s.Tap, "")
			a.NotesOf = s.conversation
			act, done = "read_notes", g.word("group.toast.notes")
			return topic.Tell(ctx, tx, s.now, a)
		}
		act = ""
		return nil
	})
	if err != nil || act == "" {
		return "", err
	}
	if refused != nil {
		return g.why(ctx, tx, refused)
	}
	return done, g.audit(ctx, tx, s, act)
}

func (g *Group) take(ctx context.Context, tx storage.Tx, s said, from string) error {
	holder, err := strconv.ParseInt(from, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: %w", storage.ErrNotFound, err)
	}
	return g.Door.TakeTx(ctx, tx, s.now, conversation.Taking{Conversation: s.conversation, Staff: s.by.ID, From: holder, Queue: g.Queue()})
}

// audit keeps who did what to a conversation.
func (g *Group) audit(ctx context.Context, tx storage.Tx, s said, act string) error {
	return staff.AuditTx(ctx, tx, s.now, staff.Act{
		Staff: s.by.ID, Act: "conversations." + act, Object: fmt.Sprintf("conversation/%d", s.conversation), Detail: map[string]any{"in": "telegram"},
	})
}

// why says in the staff's words why something was refused; another error stays one.
func (g *Group) why(ctx context.Context, q storage.Querier, err error) (string, error) {
	if e, ok := errors.AsType[*conversation.TakenError](err); ok {
		if e.Holder == 0 {
			return g.word("group.refused.not_taken"), nil
		}
		names, err := support.Names(ctx, q)
		return g.named("group.refused.taken", names[e.Holder]), err
	}
	if _, ok := errors.AsType[*conversation.StaleError](err); ok {
		return g.word("group.refused.stale"), nil
	}
	switch {
	case errors.Is(err, conversation.ErrNotHeld):
		return g.word("group.refused.bot"), nil
	case errors.Is(err, conversation.ErrWindowClosed):
		return g.word("group.refused.window"), nil
	case errors.Is(err, storage.ErrNotFound):
		return g.word("group.refused.gone"), nil
	}
	return "", err
}

// notePrefix begins what is for colleagues alone.
const notePrefix = "//"

// write takes what one of the staff writes in a topic: a note, or a reply to the shopper
// by who has the conversation. What is refused is answered with why.
func (g *Group) write(ctx context.Context, tx storage.Tx, s said) error {
	refuse := func(word string) error {
		return topic.Tell(ctx, tx, s.now, g.answerTo(s.conversation, s.Thread, s.Message, fmt.Sprint("refused ", s.Edited), word))
	}
	text := strings.TrimSpace(s.Text)
	note, isNote := strings.CutPrefix(text, notePrefix)
	switch {
	case s.Edited:
		return g.mend(ctx, tx, s, refuse)
	case isNote && s.File != nil:
		return refuse(g.word("group.refused.note_file"))
	case s.File != nil:
		return refuse(g.word("group.refused.file"))
	case strings.HasPrefix(text, "/") && !isNote:
		return refuse(g.word("group.refused.command"))
	case !conversation.Sayable(strings.TrimSpace(note)):
		return refuse(g.word("group.refused.text"))
	case isNote:
		return g.note(ctx, tx, s, strings.TrimSpace(note))
	}
	refused, err := storage.Apart(ctx, tx, func() error { return g.reply(ctx, tx, s, text) })
	if err != nil || refused == nil {
		return err
	}
	word, err := g.why(ctx, tx, refused)
	if err != nil {
		return err
	}
	return refuse(word)
}

// note keeps a note, which never goes to the shopper.
func (g *Group) note(ctx context.Context, tx storage.Tx, s said, text string) error {
	_, key, err := g.Door.Person(ctx, s.conversation)
	if errors.Is(err, storage.ErrNotFound) {
		return nil // the person was erased: the topic goes
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
	return g.audit(ctx, tx, s, "note")
}

// reply says a text to the shopper. Its author has seen what stood in the topic above it.
func (g *Group) reply(ctx context.Context, tx storage.Tx, s said, text string) error {
	seen, err := topic.Seen(ctx, tx, s.conversation, s.Message)
	if err != nil {
		return err
	}
	r := conversation.Reply{Conversation: s.conversation, Staff: s.by.ID, Key: fmt.Sprintf("telegram %d/%d", s.Chat, s.Message), Text: text, Seen: seen, Mark: g.Mark}
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
	return g.audit(ctx, tx, s, "reply")
}

// mend answers who changes what they wrote before: it has gone as it was.
func (g *Group) mend(ctx context.Context, tx storage.Tx, s said, refuse func(string) error) error {
	taken, note, err := topic.Taken(ctx, tx, s.conversation, s.Message)
	switch {
	case err != nil:
		return err
	case note:
		return refuse(g.word("group.refused.edit_note"))
	case taken:
		return refuse(g.word("group.refused.edit"))
	}
	return refuse(g.word("group.refused.edit_unsent"))
}
