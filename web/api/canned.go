package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"besedka/core/conversation"
	"besedka/core/staff"
	"besedka/core/support"
	"besedka/dialogs/canned"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/problem"
)

// listCanned are the replies that the caller has at hand.
func (a *api) listCanned(c call) (any, error) {
	all, err := support.Canneds(c.ctx, a.DB, c.by.ID)
	return map[string][]support.Canned{"replies": all}, err
}

// offered is a reply as it would be said in one conversation.
type offered struct {
	support.Canned
	Missing []string `json:"missing,omitempty"`
	Problem string   `json:"problem,omitempty"`
}

// offerCanned are the same with what is known of the member of a conversation; the look
// stays in the log.
func (a *api) offerCanned(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	all, err := a.Canned.Offers(c.ctx, c.now, c.by, id)
	if err != nil {
		return nil, err
	}
	shown := make([]offered, 0, len(all))
	for _, o := range all {
		shown = append(shown, offeredOf(o))
	}
	return map[string][]offered{"replies": shown}, a.looked(c, "conversations.read", fmt.Sprintf("conversation/%d", id))
}

func offeredOf(o canned.Offer) offered {
	shown := offered{Canned: o.Canned, Missing: o.Missing}
	if len(o.Missing) > 0 {
		shown.Text = ""
	}
	if o.Problem != nil {
		shown.Text, shown.Problem = "", o.Problem.What.In("en")
	}
	return shown
}

// cannedAsked is the body of what keeps a reply.
type cannedAsked struct {
	Name string `json:"name"`
	Text string `json:"text"`
	Team bool   `json:"team"`
}

// addCanned keeps a new reply, changeCanned another text for one.
func (a *api) addCanned(c call) (act, error) { return a.keepCanned(c, 0) }

func (a *api) changeCanned(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	return a.keepCanned(c, id)
}

func (a *api) keepCanned(c call, id int64) (act, error) {
	var asked cannedAsked
	if err := c.decode(&asked); err != nil {
		return nil, err
	}
	if !conversation.Sayable(asked.Text) {
		return nil, invalid{fmt.Sprintf("text must hold from 1 to %d characters", conversation.MaxText)}
	}
	if wrong := a.Canned.Check(asked.Text); wrong != nil {
		return nil, invalid{"text: " + wrong.What.In("en")}
	}
	kept := support.Canned{ID: id, Name: asked.Name, Text: asked.Text, Team: asked.Team}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		id, err := support.KeepTx(ctx, tx, c.now, c.by.ID, kept)
		if err != nil {
			return nil, err
		}
		return map[string]int64{"id": id}, staff.AuditTx(ctx, tx, c.now, support.CannedAct(c.by.ID, "keep", id, kept.Team))
	}, nil
}

// dropCanned forgets a reply.
func (a *api) dropCanned(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		team, err := support.DropTx(ctx, tx, c.by.ID, id)
		if err != nil {
			return nil, err
		}
		return map[string]int64{"id": id}, staff.AuditTx(ctx, tx, c.now, support.CannedAct(c.by.ID, "drop", id, team))
	}, nil
}

// refuseCanned answers what is wrong with a canned reply.
func refuseCanned(w http.ResponseWriter, err error) bool {
	switch {
	case errors.Is(err, support.ErrCannedName):
		problem.Write(w, http.StatusBadRequest, "invalid", support.ErrCannedName.Error())
	case errors.Is(err, support.ErrCannedTwice):
		problem.Write(w, http.StatusConflict, "name_taken", support.ErrCannedTwice.Error())
	case errors.Is(err, support.ErrCannedMany):
		problem.Write(w, http.StatusConflict, "canned_many", support.ErrCannedMany.Error())
	default:
		return false
	}
	return true
}

// unfilled refuses a text that somebody has left a name in.
func unfilled(text string) error {
	if name := flows.LeftOver(text); name != "" {
		return invalid{"text holds " + name + ": put there what it stands for, GET /conversations/{id}/canned-replies knows it"}
	}
	return nil
}
