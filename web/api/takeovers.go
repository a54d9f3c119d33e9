package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"besedka/core/conversation"
	"besedka/core/staff"
	"besedka/core/support"
	"besedka/storage"
	"besedka/web/problem"
)

// maxQueue is how long the name of a queue may be, in bytes.
const maxQueue = 64

// shownConversation is the answer of GET /conversations/{id}.
type shownConversation struct {
	conversation.Shown
	Steps   []string       `json:"steps"`   // flow/step: where it stands, the pending question first
	Present []support.Here `json:"present"` // of the staff
}

func (a *api) showConversation(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	row, err := conversation.Show(c.ctx, a.DB, id)
	return shownConversation{row, strings.Fields(row.Standing), a.Here.In(id, 0)}, err
}

// beHere tells colleagues that the caller looks at a conversation, or writes in it.
func (a *api) beHere(c call) (act, error) {
	var asked struct {
		Doing support.Doing `json:"doing"`
	}
	id, err := c.conversation(&asked)
	if err != nil {
		return nil, err
	}
	if asked.Doing != support.Looks && asked.Doing != support.Writes && asked.Doing != support.Leaves {
		return nil, invalid{"doing must be looks, writes or leaves"}
	}
	if _, _, err := a.Door.Person(c.ctx, id); err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		return held{id}, support.TellHere(ctx, tx, support.Here{Conversation: id, Staff: c.by.ID, Name: c.by.Name, Doing: asked.Doing})
	}, nil
}

// held is the answer of whoever changes whose a conversation is.
type held struct {
	Conversation int64 `json:"conversation"`
}

// takeConversation gives a conversation to who asks: from the bot, from its queue, or from
// a colleague named in the request.
func (a *api) takeConversation(c call) (act, error) {
	var asked struct {
		From int64 `json:"from"`
	}
	id, err := c.conversation(&asked)
	if err != nil {
		return nil, err
	}
	t := conversation.Taking{Conversation: id, Staff: c.by.ID, From: asked.From, Queue: a.Programme().People()}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		if err := a.Door.TakeTx(ctx, tx, c.now, t); err != nil {
			return nil, err
		}
		return held{id}, c.log(ctx, tx, "conversations.take", id, map[string]any{"from": asked.From})
	}, nil
}

// releaseConversation puts a conversation back into its queue, or into another one.
func (a *api) releaseConversation(c call) (act, error) {
	var asked struct {
		Queue string `json:"queue"`
	}
	id, err := c.conversation(&asked)
	if err != nil {
		return nil, err
	}
	if len(asked.Queue) > maxQueue || !storable(asked.Queue) {
		return nil, invalid{"queue is at most 64 bytes"}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		if err := a.Door.ReleaseTx(ctx, tx, c.now, id, c.by.ID, asked.Queue); err != nil {
			return nil, err
		}
		return held{id}, c.log(ctx, tx, "conversations.release", id, map[string]any{"queue": asked.Queue})
	}, nil
}

// reply says something to the shopper, for who has the conversation.
func (a *api) reply(c call) (act, error) {
	var asked struct {
		Text string `json:"text"`
		Seen *int64 `json:"seen"`
	}
	id, err := c.conversation(&asked)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(written(asked.Text), unfilled(asked.Text)); err != nil {
		return nil, err
	}
	if err := hasSeen(asked.Seen); err != nil {
		return nil, err
	}
	r := conversation.Reply{Conversation: id, Staff: c.by.ID, Key: c.key, Text: asked.Text, Seen: *asked.Seen, Mark: a.Mark}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		if err := a.Door.ReplyTx(ctx, tx, c.now, r); err != nil {
			return nil, err
		}
		return held{id}, c.log(ctx, tx, "conversations.reply", id, nil)
	}, nil
}

// hasSeen says whether the caller tells how far they have read.
func hasSeen(seen *int64) error {
	if seen == nil {
		return invalid{"seen is the newest of GET /conversations/{id} that you have seen: nobody acts past what the shopper has just written"}
	}
	return nil
}

// written says what is wrong with a text of the staff's.
func written(text string) error {
	if !conversation.Sayable(text) {
		return invalid{fmt.Sprintf("text must hold from 1 to %d characters", conversation.MaxText)}
	}
	return nil
}

// giveBack lets the bot speak again.
func (a *api) giveBack(c call) (act, error) {
	var asked struct {
		Begin string `json:"begin"`
		Step  string `json:"step"`
		Seen  *int64 `json:"seen"`
	}
	id, err := c.conversation(&asked)
	if err != nil {
		return nil, err
	}
	if err := hasSeen(asked.Seen); err != nil {
		return nil, err
	}
	if f := a.Programme().Flows[asked.Begin]; asked.Begin != "" && (f == nil || !f.Start.Begins()) {
		// a flow that only others run may stand on what they have asked, a consent above all
		return nil, invalid{"begin must be a flow of the programme that people can begin by themselves"}
	}
	if asked.Step != "" && asked.Begin != "" {
		return nil, invalid{"give one of begin, step"}
	}
	if err := a.mayAsk(c, id, asked.Step); err != nil {
		return nil, err
	}
	g := conversation.GiveBack{Conversation: id, Staff: c.by.ID, Key: c.key, Begin: asked.Begin, Step: asked.Step, Seen: *asked.Seen}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		if err := a.Door.GiveBackTx(ctx, tx, c.now, g); err != nil {
			return nil, err
		}
		return held{id}, c.log(ctx, tx, "conversations.give_back", id, map[string]any{"begin": asked.Begin, "step": asked.Step})
	}, nil
}

// conversation is the id in the path; the body may be left out.
func (c call) conversation(body any) (int64, error) {
	id, err := c.id()
	if err == nil && len(c.body) > 0 {
		err = c.decode(body)
	}
	return id, err
}

// log keeps who did what to a conversation.
func (c call) log(ctx context.Context, tx storage.Tx, act string, id int64, detail map[string]any) error {
	return staff.AuditTx(ctx, tx, c.now, staff.Act{Staff: c.by.ID, Act: act, Object: fmt.Sprintf("conversation/%d", id), Detail: detail})
}

// takenProblem names the colleague who has the conversation, 0: nobody has.
type takenProblem struct {
	problem.Details
	Holder int64 `json:"holder"`
}

// staleProblem says what to read before the act is asked for again: nobody has to ask for it,
// and newest is what to send as seen once it is read.
type staleProblem struct {
	problem.Details
	Newest   int64    `json:"newest"`
	Messages []remark `json:"messages"` // oldest first
}

func staleOf(e *conversation.StaleError) staleProblem {
	p := staleProblem{Details: problem.New(http.StatusConflict, "stale", e.Error()), Newest: e.Newest}
	for _, one := range e.Arrived {
		p.Messages = append(p.Messages, remarkOf(one))
	}
	return p
}

// refuseTakeover answers what is refused because of who has a conversation.
func refuseTakeover(w http.ResponseWriter, err error) bool {
	switch {
	case errors.Is(err, conversation.ErrNotHeld):
		problem.Write(w, http.StatusConflict, "not_held", conversation.ErrNotHeld.Error())
		return true
	case errors.Is(err, support.ErrColleague), errors.Is(err, support.ErrTime):
		problem.Write(w, http.StatusBadRequest, "invalid", err.Error())
		return true
	case errors.Is(err, conversation.ErrWindowClosed):
		problem.Write(w, http.StatusConflict, "window_closed", conversation.ErrWindowClosed.Error())
		return true
	}
	if e, ok := errors.AsType[*conversation.TakenError](err); ok {
		problem.Send(w, http.StatusConflict, takenProblem{problem.New(http.StatusConflict, "taken", e.Error()), e.Holder})
		return true
	}
	if e, ok := errors.AsType[*conversation.StaleError](err); ok {
		problem.Send(w, http.StatusConflict, staleOf(e))
		return true
	}
	return false
}
