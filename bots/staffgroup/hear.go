package staffgroup

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"besedka/bots/telegram"
	"besedka/core/chat"
	"besedka/core/staff"
	"besedka/core/support/topic"
	"besedka/storage"
)

// said is one thing that somebody does where the staff's bot hears it, with what is known
// of them.
type said struct {
	telegram.Heard
	now          time.Time
	by           staff.Person
	conversation int64       // whose topic it is done in
	media        *chat.Media // that came with it
	trouble      string      // why what came with it cannot go to the shopper; a text
}

// hear carries out, once, what somebody does in the group or in their chat with the bot.
func (g *Group) hear(ctx context.Context, h telegram.Heard) error {
	now := g.Now()
	s := said{Heard: h, now: now}
	if err := g.fetch(ctx, &s); err != nil {
		return fmt.Errorf("update %d of the staff's bot: %w", h.ID, err)
	}
	var toast string
	err := g.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		first, err := topic.FirstTx(ctx, tx, now, g.Forum.Account(), h.ID)
		if err != nil || !first {
			return err
		}
		toast, err = g.do(ctx, tx, s)
		return err
	})
	if err != nil {
		return fmt.Errorf("update %d of the staff's bot: %w", h.ID, err)
	}
	if h.Tap != "" {
		g.toast(ctx, h.Tap, toast)
	}
	return nil
}

// toast answers a tap. Until then the key shows a spinner; one that is not answered is no
// harm.
func (g *Group) toast(ctx context.Context, tap, text string) {
	if err := g.Forum.AnswerTap(ctx, tap, cut(text, maxToast)); err != nil {
		g.Log.DebugContext(ctx, "a tap in the staff's group is not answered", "err", err)
	}
}

// maxToast is core.telegram.org/bots/api#answercallbackquery.
const maxToast = 200

// do carries out one update; toast is what who has tapped a key is shown.
func (g *Group) do(ctx context.Context, tx storage.Tx, s said) (toast string, err error) {
	switch {
	case s.Tap == "" && command(s.Text) == "/id":
		key := fmt.Sprintf("id/%d/%s", s.Chat, s.hour())
		return "", topic.Tell(ctx, tx, s.now, topic.Answer{Key: key, Chat: s.Chat, Thread: s.Thread, ReplyTo: s.Message, Text: fmt.Sprint(s.Chat)})
	case s.Private:
		return "", g.link(ctx, tx, s)
	case s.Chat != g.chat() || s.Thread == 0 && s.Tap == "":
		return "", nil
	}
	t, err := s.topic(ctx, tx)
	if errors.Is(err, storage.ErrNotFound) {
		return g.word("group.refused.old_key"), nil // people made that one for themselves
	}
	if err != nil {
		return "", err
	}
	s.conversation, s.Thread = t.Conversation, t.Thread
	if !s.Nobody {
		s.by, err = staff.ByTelegram(ctx, tx, s.From)
	}
	if err != nil && !errors.Is(err, staff.ErrUnknownPerson) {
		return "", err
	}
	switch {
	case err == nil && !s.Nobody && !s.by.May(staff.Converse):
		return g.word("group.answer.no_right"), g.powerless(ctx, tx, s)
	case !s.by.May(staff.Converse):
		return g.word("group.answer.stranger_tap"), g.stranger(ctx, tx, s)
	case s.Tap != "":
		return g.tap(ctx, tx, s)
	}
	return "", g.write(ctx, tx, s)
}

// topic is where it is done.
func (s said) topic(ctx context.Context, q storage.Querier) (topic.Topic, error) {
	if s.Thread == 0 {
		return topic.OfCard(ctx, q, s.Chat, s.Message)
	}
	return topic.At(ctx, q, s.Chat, s.Thread)
}

// hour bounds how often anybody whom we do not know is answered.
func (s said) hour() string { return s.now.UTC().Format("2006-01-02 15") }

// command is the command that a text begins with, without the bot's name.
func command(text string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	word, _, _ = strings.Cut(word, "@")
	return word
}

// stranger tells who is not of the staff, once, that nobody hears them. Where they sit is
// no proof of who they are.
func (g *Group) stranger(ctx context.Context, tx storage.Tx, s said) error {
	if s.Tap != "" {
		return nil // the key says it
	}
	a := topic.Answer{Key: fmt.Sprintf("stranger/%d/%d", s.Chat, s.From), Chat: s.Chat, Thread: s.Thread, ReplyTo: s.Message, Text: g.word("group.answer.stranger")}
	if s.Nobody {
		a.Key, a.Text = fmt.Sprintf("nobody/%d", s.Chat), g.word("group.answer.nobody")
	}
	return topic.Tell(ctx, tx, s.now, a)
}

// powerless tells whom we know, but who may not answer shoppers, that nothing was sent.
func (g *Group) powerless(ctx context.Context, tx storage.Tx, s said) error {
	if s.Tap != "" {
		return nil
	}
	key := fmt.Sprintf("powerless/%d/%d/%s", s.Chat, s.From, s.hour())
	return topic.Tell(ctx, tx, s.now, topic.Answer{Key: key, Chat: s.Chat, Thread: s.Thread, ReplyTo: s.Message, Text: g.word("group.answer.no_right")})
}

// link takes a code that one of the staff was given, in their chat with the bot: in the
// group others would read it.
func (g *Group) link(ctx context.Context, tx storage.Tx, s said) error {
	if s.Tap != "" || s.Nobody {
		return nil
	}
	code := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s.Text), "/start"))
	key, text := fmt.Sprintf("hello/%d", s.Chat), g.word("group.answer.hello")
	if code != "" {
		p, err := staff.LinkTelegramTx(ctx, tx, s.now, code, s.From)
		switch {
		case errors.Is(err, staff.ErrUnknownCode):
			key, text = fmt.Sprintf("no code/%d/%s", s.Chat, s.hour()), g.word("group.answer.no_code")
		case err != nil:
			return err
		default:
			key, text = fmt.Sprintf("linked/%d/%d", s.Chat, s.Message), g.named("group.answer.linked", oneLine(p.Name))
		}
	}
	return topic.Tell(ctx, tx, s.now, topic.Answer{Key: key, Chat: s.Chat, ReplyTo: s.Message, Text: text})
}
