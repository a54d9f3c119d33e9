package staffgroup

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"besedka/core/conversation"
	"besedka/core/staff"
	"besedka/core/support/topic"
	"besedka/storage"
)

// errReason is the answer to a reason that the programme does not know any more.
var errReason = errors.New("no such reason to close a conversation")

// deed is what a key asks for.
type deed struct {
	act    string // in the log; "": it is not for it
	reason string // that the log keeps, of the programme; may be ""
	done   string // what the toast says then
	do     func(ctx context.Context, tx storage.Tx) error
}

// tap carries out what a key asks for, by the same guards as the console's; the toast says
// what came of it.
func (g *Group) tap(ctx context.Context, tx storage.Tx, s said) (toast string, err error) {
	message, anyway := about(s.Data)
	if anyway {
		s.Message = message
	}
	d := g.deed(s)
	if d.do == nil {
		return g.word("group.refused.old_key"), nil
	}
	refused, err := storage.Apart(ctx, tx, func() error { return d.do(ctx, tx) })
	if err != nil {
		return "", err
	}
	if stale, ok := errors.AsType[*conversation.StaleError](refused); ok && anyway {
		return g.word("group.refused.stale_again"), g.warn(ctx, tx, s, stale.Newest)
	} else if ok {
		return g.word("group.refused.stale_back"), nil
	}
	if refused != nil {
		return g.why(ctx, tx, refused)
	}
	if d.act == "" {
		return d.done, nil
	}
	return d.done, g.audit(ctx, tx, s, d.act, d.reason)
}

// deed is what the key of a tap asks for, the zero deed when it is none of ours.
func (g *Group) deed(s said) deed {
	does := func(act, toast string, do func(context.Context, storage.Tx, said) error) deed {
		return deed{act: act, done: g.word("group.toast." + toast), do: func(ctx context.Context, tx storage.Tx) error { return do(ctx, tx, s) }}
	}
	if from, ok := strings.CutPrefix(s.Data, takeKey); ok {
		return does("take", "taken", func(ctx context.Context, tx storage.Tx, s said) error { return g.takeFrom(ctx, tx, s, from) })
	}
	if reason, ok := strings.CutPrefix(s.Data, closeKey); ok {
		ended := endOf(g.Programme(), reason)
		d := does("close", "closed", func(ctx context.Context, tx storage.Tx, s said) error { return g.close(ctx, tx, s, ended) })
		d.reason = ended
		return d
	}
	if _, ok := about(s.Data); ok {
		return does("", "sent", g.sendAnyway)
	}
	switch s.Data {
	case releaseKey:
		return does("release", "released", g.release)
	case backKey:
		return does("give_back", "given_back", g.giveBack)
	case notesKey:
		return does("read_notes", "notes", g.tellNotes)
	case askKey:
		return does("", "why", g.ask)
	case keepKey:
		return does("", "kept", g.keepOpen)
	}
	return deed{}
}

func (g *Group) release(ctx context.Context, tx storage.Tx, s said) error {
	return g.Door.ReleaseTx(ctx, tx, s.now, s.conversation, s.by.ID, "")
}

func (g *Group) tellNotes(ctx context.Context, tx storage.Tx, s said) error {
	a := g.answerTo(s.conversation, s.Thread, s.Message, "notes "+s.Tap, "")
	a.NotesOf = s.conversation
	return topic.Tell(ctx, tx, s.now, a)
}

func (g *Group) takeFrom(ctx context.Context, tx storage.Tx, s said, from string) error {
	holder, err := strconv.ParseInt(from, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: %w", storage.ErrNotFound, err)
	}
	return g.Door.TakeTx(ctx, tx, s.now, conversation.Taking{Conversation: s.conversation, Staff: s.by.ID, From: holder, Queue: g.Programme().People()})
}

// giveBack lets the bot speak again. Who taps the key has seen what stands in the topic by
// now; what does not is on its way there, and the next tap takes account of it.
func (g *Group) giveBack(ctx context.Context, tx storage.Tx, s said) error {
	seen, err := topic.Seen(ctx, tx, s.conversation, math.MaxInt64)
	if err != nil {
		return err
	}
	return g.Door.GiveBackTx(ctx, tx, s.now, conversation.GiveBack{Conversation: s.conversation, Staff: s.by.ID, Key: "telegram " + s.Tap, Seen: seen})
}

// audit keeps who did what to a conversation, and why when a reason was chosen.
func (g *Group) audit(ctx context.Context, tx storage.Tx, s said, act, reason string) error {
	detail := map[string]any{"in": "telegram"}
	if reason != "" {
		detail["reason"] = reason
	}
	return staff.AuditTx(ctx, tx, s.now, staff.Act{
		Staff: s.by.ID, Act: "conversations." + act, Object: fmt.Sprintf("conversation/%d", s.conversation), Detail: detail,
	})
}

// why says in the staff's words why something was refused; another error stays one.
func (g *Group) why(ctx context.Context, q storage.Querier, err error) (string, error) {
	if e, ok := errors.AsType[*conversation.TakenError](err); ok {
		if e.Holder == 0 {
			return g.word("group.refused.not_taken"), nil
		}
		names, err := g.names(ctx, q)
		return g.named("group.refused.taken", names[e.Holder]), err
	}
	if _, ok := errors.AsType[*conversation.StaleError](err); ok {
		return g.word("group.refused.stale"), nil
	}
	switch {
	case errors.Is(err, errSent):
		return g.word("group.refused.sent"), nil
	case errors.Is(err, errNotYours):
		return g.word("group.refused.not_yours"), nil
	case errors.Is(err, errReason):
		return g.word("group.refused.reason"), nil
	case errors.Is(err, conversation.ErrNotHeld):
		return g.word("group.refused.bot"), nil
	case errors.Is(err, conversation.ErrWindowClosed):
		return g.word("group.refused.window"), nil
	case errors.Is(err, conversation.ErrNotSent):
		return g.word("group.refused.file"), nil
	case errors.Is(err, storage.ErrNotFound):
		return g.word("group.refused.gone"), nil
	}
	return "", err
}
