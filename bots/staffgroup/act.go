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
			return g.takeFrom(ctx, tx, s, from)
		case s.Data == releaseKey:
			act, done = "release", g.word("group.toast.released")
			return g.Door.ReleaseTx(ctx, tx, s.now, s.conversation, s.by.ID, "")
		case s.Data == backKey:
			act, done = "give_back", g.word("group.toast.given_back")
			return g.giveBack(ctx, tx, s)
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
	if _, stale := errors.AsType[*conversation.StaleError](refused); stale {
		return g.word("group.refused.stale_back"), nil
	}
	if refused != nil {
		return g.why(ctx, tx, refused)
	}
	return done, g.audit(ctx, tx, s, act)
}

func (g *Group) takeFrom(ctx context.Context, tx storage.Tx, s said, from string) error {
	holder, err := strconv.ParseInt(from, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: %w", storage.ErrNotFound, err)
	}
	return g.Door.TakeTx(ctx, tx, s.now, conversation.Taking{Conversation: s.conversation, Staff: s.by.ID, From: holder, Queue: g.Queue()})
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
