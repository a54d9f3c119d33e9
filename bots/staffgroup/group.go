package staffgroup

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"besedka/bots"
	"besedka/bots/telegram"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/media"
	"besedka/core/support"
	"besedka/core/support/topic"
	"besedka/flows"
	"besedka/locales"
	"besedka/storage"
)

// Config is what a Group stands on.
type Config struct {
	Forum *telegram.Forum
	Chat  int64 // the group; 0: it is not chosen yet, and the bot only says which chat it is asked in

	DB        *storage.DB
	Door      *conversation.Service
	Media     *media.Service
	Programme func() *flows.Programme
	Words     func() *locales.Printer                   // in the language of the staff
	Mark      func(of chat.Channel, lang string) string // closes every message; of a demonstration
	Site      string                                    // of the console, https://…; another one no messenger links to
	Now       func() time.Time
	Log       *slog.Logger
}

// Group is the staff's group. At most one process at a time works on it: the one that
// listens to its bot.
type Group struct {
	Config
	leads   atomic.Bool
	at      atomic.Int64 // number of the group: Telegram may have given it another one
	trouble atomic.Pointer[string]
	looked  time.Time // when there was nothing to do
	checked time.Time // when the bot's rights were looked at

	changes  []change  // conversations that their topics do not show as they are
	compared time.Time // when they were found
	passed   map[int64]passed
	others   bool // the next thing is done about conversations that nobody has taken

	cases support.Cases

	stumbled stumble // of who listens
}

// New wires a Group.
func New(c Config) *Group {
	g := &Group{Config: c, passed: map[int64]passed{}, cases: support.Cases{Door: c.Door}}
	g.at.Store(c.Chat)
	return g
}

// lookAround is how often a group in which nothing happens is compared with the
// conversations.
const lookAround = time.Second

// electionPause is how often a process asks to listen when another one does.
const electionPause = 2 * time.Second

// Run listens to the staff until ctx ends, in one process of all.
func (g *Group) Run(ctx context.Context) {
	for ctx.Err() == nil {
		listened, err := g.DB.Lead(ctx, "staffgroup/"+g.Forum.Account(), g.listen)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, bots.ErrUnauthorized):
			g.troubled("Telegram refuses the token of the staff's bot")
			g.Log.ErrorContext(ctx, "telegram refuses the staff's bot", "account", g.Forum.Account(), "err", err)
		case err != nil:
			g.Log.WarnContext(ctx, "listening to the staff's group stopped", "account", g.Forum.Account(), "err", err)
		case !listened: // what was wrong when this process did is known to another one
			g.troubled("")
		}
		bots.Pause(ctx, electionPause)
	}
}

// listen does so as the only process.
func (g *Group) listen(ctx context.Context) error {
	at, err := topic.Goes(ctx, g.DB, g.Chat)
	if err != nil {
		return err
	}
	g.at.Store(at)
	g.leads.Store(true)
	defer g.leads.Store(false)
	return g.Forum.Run(ctx, g.take, g.giveUp)
}

// chat is the number of the group, by which it goes now.
func (g *Group) chat() int64 { return g.at.Load() }

// Trouble says why nothing goes on in the group until somebody acts; "" when all is well,
// or another process listens.
func (g *Group) Trouble() string {
	if t := g.trouble.Load(); t != nil {
		return *t
	}
	return ""
}

func (g *Group) troubled(why string) { g.trouble.Store(&why) }

// Step does one thing in the group: it says an answer, or brings one topic nearer to its
// conversation.
func (g *Group) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	if !g.leads.Load() {
		return false, time.Time{}, nil
	}
	if until := g.looked.Add(lookAround); now.Before(until) {
		return false, until, nil
	}
	worked, next, err = g.step(ctx, now)
	switch {
	case err != nil:
		return false, time.Time{}, err
	case !worked:
		g.looked = now
	}
	return worked, next, nil
}

func (g *Group) step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	room, err := topic.RoomOf(ctx, g.DB, g.chat(), now)
	switch {
	case err != nil:
		return false, next, err
	case !room.Wait.IsZero():
		return false, room.Wait, nil
	}
	if room.Posts > 0 { // before all else: who asks which chat it is may have given the wrong one
		worked, err = g.answer(ctx, now)
	}
	if worked || err != nil {
		return worked, next, err
	}
	if worked, err := g.check(ctx, now); worked || err != nil || g.chat() == 0 {
		return worked, next, err
	}
	return g.next(ctx, now, room)
}

// checkEvery is how often the rights of the bot are looked at, and whose topics are to be
// deleted.
const checkEvery = 10 * time.Minute

// check looks at what the bot may do in the group, and takes away what is left of whom
// nothing is to be left.
func (g *Group) check(ctx context.Context, now time.Time) (worked bool, err error) {
	if g.chat() == 0 {
		g.troubled("the staff's group is not chosen: write /id there and give --staff-group-chat the number that the bot answers")
		return false, nil
	}
	if now.Before(g.checked.Add(checkEvery)) {
		return false, nil
	}
	lacks, err := g.Forum.Lacks(ctx, g.chat())
	if err != nil {
		return true, g.failed(ctx, now, err)
	}
	g.troubled(lacking(lacks))
	works, err := topic.Forgotten(ctx, g.DB, g.chat())
	if err != nil {
		return false, err
	}
	for _, w := range works {
		if err := g.forget(ctx, now, w.Conversation); err != nil {
			return true, err
		}
		if room, err := topic.RoomOf(ctx, g.DB, g.chat(), now); err != nil || !room.Wait.IsZero() {
			return true, err // the others when the group takes it again
		}
	}
	g.checked = now
	return false, nil
}

// lacking says what somebody has to do in the group.
func lacking(lacks []string) string {
	switch {
	case len(lacks) == 0:
		return ""
	case lacks[0] == "is_forum":
		return "the staff's group has no topics: turn them on in its settings"
	}
	return "the staff's bot lacks rights in its group: make it an administrator with " + strings.Join(lacks, ", ")
}

// How long a group is left in peace after a failure.
const (
	pauseShort = 2 * time.Second
	pauseLong  = 30 * time.Second
)

// failed leaves the group in peace for as long as err asks. Whatever was to be done is
// done then.
func (g *Group) failed(ctx context.Context, now time.Time, err error) error {
	if e, ok := errors.AsType[*telegram.MovedError](err); ok {
		return g.move(ctx, e.To)
	}
	pause := pauseShort
	if e, ok := errors.AsType[*bots.ThrottledError](err); ok {
		pause = max(e.After, time.Second)
	} else {
		g.Log.WarnContext(ctx, "the staff's group does not take it", "account", g.Forum.Account(), "err", err)
	}
	if telegram.Unreachable(err) || errors.Is(err, bots.ErrRejected) {
		pause, g.checked = pauseLong, time.Time{} // what it lacks is looked at again
		if g.Trouble() == "" {
			g.troubled("the staff's group cannot be reached: " + kindOf(err))
		}
	}
	return topic.Wait(ctx, g.DB, g.chat(), now.Add(pause))
}

// move goes on in the group under its new number, where all that people have is shown anew.
func (g *Group) move(ctx context.Context, to int64) error {
	if err := topic.Move(ctx, g.DB, g.chat(), to); err != nil {
		return err
	}
	g.Log.WarnContext(ctx, "the staff's group goes by another number now: give it to --staff-group-chat", "account", g.Forum.Account(), "was", g.chat(), "is", to)
	g.at.Store(to)
	g.checked = time.Time{}
	return nil
}

// kindOf is err in words that a stranger may read.
func kindOf(err error) string {
	switch {
	case errors.Is(err, bots.ErrUnauthorized):
		return "Telegram refuses the token"
	case errors.Is(err, bots.ErrBlocked):
		return "the bot is not in it"
	}
	return "Telegram refuses what the bot does there, see the log"
}

// ForgetStep deletes what nobody asks for any more.
func (g *Group) ForgetStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	return topic.ForgetStep(ctx, g.DB, now)
}
