package conversation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/expr"
	"besedka/core/hook"
	"besedka/storage"
)

// ErrNotHeld is the answer to who gives back a conversation that the bot has.
var ErrNotHeld = errors.New("the bot has this conversation")

// Held is whose a conversation is, by ids only.
type Held struct {
	ID        int64      `db:"id" json:"id"`
	Member    int64      `db:"member_id" json:"member"`
	Channel   string     `db:"channel" json:"channel"`
	Lifecycle string     `db:"lifecycle" json:"lifecycle"` // bot, queued or operator
	Queue     string     `db:"queue" json:"queue,omitempty"`
	Since     *time.Time `db:"queued_at" json:"since,omitempty"`
	Holder    int64      `db:"holder" json:"holder,omitempty"` // of the staff, when it is taken
	TakenAt   *time.Time `db:"taken_at" json:"taken_at,omitempty"`
}

// Shown is a conversation as who may take it sees it.
type Shown struct {
	Held
	Standing string `db:"standing" json:"-"`    // the steps it stands at, see ReadStanding
	Fence    int64  `db:"fence" json:"-"`       // of the last taking
	Newest   int64  `db:"newest" json:"newest"` // number of the person's last message, 0: none; a Reply says that it has seen it
}

// Show finds one conversation, whoever has it; storage.ErrNotFound when there is none, or
// its person is forgotten.
func Show(ctx context.Context, q storage.Querier, conversation int64) (Shown, error) {
	row, err := storage.One[Shown](ctx, q, qShown, conversation)
	if err != nil {
		err = fmt.Errorf("conversation %d: %w", conversation, err)
	}
	return row, err
}

// BotSpeaks says whether the bot has a conversation, and so may be seen at work in it;
// storage.ErrNotFound as Show.
func (s *Service) BotSpeaks(ctx context.Context, conversation int64) (bool, error) {
	shown, err := Show(ctx, s.db, conversation)
	return shown.Lifecycle == "bot", err
}

// Helds are up to limit conversations that people have, by id, behind the one
// with the id after (0: from the first).
func Helds(ctx context.Context, q storage.Querier, after int64, limit int) ([]Held, error) {
	rows, err := storage.Collect[Held](ctx, q, qHeld, after, limit)
	if err != nil {
		return nil, fmt.Errorf("conversations that people have: %w", err)
	}
	return rows, nil
}

// OfMember are a member's conversations, one a channel and peer, by id.
func OfMember(ctx context.Context, q storage.Querier, member int64) ([]Held, error) {
	rows, err := storage.Collect[Held](ctx, q, qOfMember, member)
	if err != nil {
		return nil, fmt.Errorf("conversations of member %d: %w", member, err)
	}
	return rows, nil
}

// GiveBack is one wish to let the bot speak again.
type GiveBack struct {
	Conversation int64
	Staff        int64
	Key          string // it is done once, of a conversation and one of the staff
	Begin        string // flow to begin; "": what was asked is asked again
	Ask          string // flow to run before that; "": none
	Step         string // question to ask instead, as flow/step, see dialogs.Targets
	Seen         int64  // number of the person's last message that has been seen, see Shown
	Ended        string // why people are done with it, for who counts that, see dialogs/runner; "": it is not counted
	By           int64  // who of the staff says so, 0: the program
}

// GiveBackTx lets the bot speak again in a conversation that people have: its
// event comes through the one door. While somebody has taken it nobody else may. It is
// refused with StaleError when the person has written what nobody has seen, and comes to
// nothing when they are heard with it before the event is: people still have it then.
func (s *Service) GiveBackTx(ctx context.Context, tx storage.Tx, now time.Time, g GiveBack) error {
	row, err := storage.One[heldBy](ctx, tx, qHeldOne, g.Conversation)
	switch {
	case err != nil:
		return err
	case row.Lifecycle == "bot":
		return ErrNotHeld
	case row.Holder != 0 && row.Holder != g.Staff:
		return &TakenError{row.Holder}
	}
	if err := s.unseen(ctx, tx, row, g.Seen); err != nil {
		return err
	}
	args := map[string]expr.Value{"since": expr.CountOf(row.Since.Unix())}
	if g.Begin != "" {
		args[BeginArg] = expr.TextOf(g.Begin)
	}
	if g.Ask != "" {
		args[AskArg] = expr.TextOf(g.Ask)
	}
	if g.Step != "" {
		args[StepArg] = expr.TextOf(g.Step)
	}
	if g.Ended != "" {
		args[EndedArg], args[ByArg] = expr.TextOf(g.Ended), expr.CountOf(g.By)
	}
	key := fmt.Sprintf("give-back/%d/%d/%s", g.Conversation, g.Staff, plainKey(g.Key)) // keys of events are unique over all conversations
	return s.eventTx(ctx, tx, now, row.recipientRow, key, Event{Name: GivenBack, Args: args, Fence: row.Fence, Seen: &g.Seen})
}

// BeginArg names in a GivenBack the flow to begin, see dialogs.
const BeginArg = "begin"

// AskArg names in a GivenBack the flow to run first, see dialogs.
const AskArg = "ask"

// StepArg names in a GivenBack the question to ask, see dialogs.
const StepArg = "step"

// EndedArg names in a GivenBack why people are done, and ByArg who says so.
const (
	EndedArg = "ended"
	ByArg    = "by"
)

// GivenBack is the event that ends a handoff, see dialogs.
const GivenBack = "conversation.given_back"

type heldBy struct {
	recipientRow
	Lifecycle string    `db:"lifecycle"`
	Since     time.Time `db:"queued_at"`
	Holder    int64     `db:"holder"`
	Fence     int64     `db:"fence"`
	Channel   string    `db:"channel"`
	Lang      string    `db:"lang"`
	Member    int64     `db:"member_id"`
}

func (h heldBy) holding() Holding { return Holding{h.Since, h.Fence, h.Member, h.Subject, h.Lang} }

// QueueHandOffs adds to b that people have conversations now; QueueTakeUps that
// the bot has.
func QueueHandOffs(b *storage.Batch, now time.Time, conversations []int64, queues []string) {
	if len(conversations) == 0 {
		return
	}
	events := make([]hook.Event, len(conversations))
	for i, id := range conversations {
		events[i] = hook.Event{Kind: hook.Queued, Conversation: id, Queue: queues[i]}
	}
	hook.Queue(b, now, events)
	b.Exec(qHandOff, conversations, queues, now)
}

// Back is a conversation that the bot has again, and by whose act, see hook.Event.
type Back struct{ Conversation, Staff int64 }

// QueueTakeUps is said at QueueHandOffs.
func QueueTakeUps(b *storage.Batch, now time.Time, back []Back) {
	if len(back) == 0 {
		return
	}
	events, conversations := make([]hook.Event, len(back)), make([]int64, len(back))
	for i, one := range back {
		events[i] = hook.Event{Kind: hook.GivenBack, Conversation: one.Conversation, Staff: one.Staff}
		conversations[i] = one.Conversation
	}
	hook.Queue(b, now, events)
	b.Exec(qTakeUp, conversations)
	b.Exec(qTakeUpGo, conversations)
}
