package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"

	"besedka/core/chat"
	"besedka/core/receipt"
	"besedka/core/support"
	"besedka/core/topup"
	"besedka/storage"
	"besedka/web/problem"
)

// doer is who acts in a conversation that they have.
func (c call) doer(conversation int64) support.Doer {
	return support.Doer{Staff: c.by, Conversation: conversation, Key: "api " + c.key}
}

// verifyAgain asks the tax service about a receipt of the shopper again.
func (a *api) verifyAgain(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	about, err := strconv.ParseInt(c.r.PathValue("receipt"), 10, 64)
	if err != nil {
		return nil, invalid{"the receipt in the path must be a whole number"}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		done, err := a.Desk.VerifyTx(ctx, tx, c.now, c.doer(id), about)
		if err != nil {
			return nil, err
		}
		return done, c.log(ctx, tx, "conversations.verify", id, map[string]any{"receipt": about, "outcome": done.Outcome})
	}, nil
}

// linkReceipt takes a receipt in for the shopper.
func (a *api) linkReceipt(c call) (act, error) {
	var asked struct {
		QR string `json:"qr"`
	}
	id, err := c.conversation(&asked)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		done, err := a.Desk.LinkTx(ctx, tx, c.now, c.doer(id), asked.QR)
		if err != nil {
			return nil, err
		}
		return done, c.log(ctx, tx, "conversations.link", id, map[string]any{"receipt": done.Receipt, "outcome": done.Outcome})
	}, nil
}

// grantPoints gives the shopper bonuses within the limit of who gives them.
func (a *api) grantPoints(c call) (act, error) {
	var asked struct {
		Amount int64  `json:"amount"`
		Reason string `json:"reason"`
	}
	id, err := c.conversation(&asked)
	if err != nil {
		return nil, err
	}
	if asked.Amount <= 0 || asked.Amount > topup.MaxUnits {
		return nil, invalid{fmt.Sprintf("amount must be above zero and at most %d, in hundredths of bonuses", topup.MaxUnits)}
	}
	if asked.Reason == "" || !storable(asked.Reason) || utf8.RuneCountInString(asked.Reason) > maxTopUpReason {
		return nil, invalid{"give the reason, in at most 200 characters: the member reads it"}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		done, err := a.Desk.GrantTx(ctx, tx, c.now, c.doer(id), asked.Amount, asked.Reason)
		if err != nil {
			return nil, err
		}
		return done, c.log(ctx, tx, "conversations.grant", id, map[string]any{"amount": asked.Amount})
	}, nil
}

// offeredTemplate is one that can be said in a conversation now.
type offeredTemplate struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// offerTemplates are filled with what is known of the member; the look stays in the log.
func (a *api) offerTemplates(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	all, err := a.Canned.Templates(c.ctx, c.now, c.by, id)
	if err != nil {
		return nil, err
	}
	shown := make([]offeredTemplate, 0, len(all))
	for _, t := range all {
		shown = append(shown, offeredTemplate{t.Name, t.Text})
	}
	return map[string][]offeredTemplate{"templates": shown}, a.looked(c, "conversations.read", fmt.Sprintf("conversation/%d", id))
}

// sendTemplate says what the messenger takes when its window is shut.
func (a *api) sendTemplate(c call) (act, error) {
	var asked struct {
		Name string `json:"name"`
	}
	id, err := c.conversation(&asked)
	if err != nil {
		return nil, err
	}
	all, err := a.Canned.Templates(c.ctx, c.now, c.by, id)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(t *chat.Template) bool { return t.Name == asked.Name })
	if i < 0 {
		return nil, invalid{"name must be one of GET /conversations/{id}/templates"}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		done, err := a.Desk.TemplateTx(ctx, tx, c.now, c.doer(id), all[i])
		if err != nil {
			return nil, err
		}
		return done, c.log(ctx, tx, "conversations.template", id, map[string]any{"template": asked.Name})
	}, nil
}

// overGrant says how much may still be given.
type overGrant struct {
	problem.Details
	Left int64 `json:"left"` // hundredths of bonuses
}

// refuseDesk answers what keeps an act from being done.
func refuseDesk(w http.ResponseWriter, err error) bool {
	if over, ok := errors.AsType[*support.LimitError](err); ok {
		problem.Send(w, http.StatusConflict, overGrant{problem.New(http.StatusConflict, "over_limit", over.Error()), over.Left})
		return true
	}
	switch {
	case errors.Is(err, receipt.ErrKnownGood):
		problem.Write(w, http.StatusConflict, "decided", receipt.ErrKnownGood.Error())
	case errors.Is(err, receipt.ErrNoService):
		problem.Write(w, http.StatusConflict, "no_provider", receipt.ErrNoService.Error())
	case errors.Is(err, receipt.ErrNotFiscal):
		problem.Write(w, http.StatusBadRequest, "invalid", "qr: "+receipt.ErrNotFiscal.Error())
	default:
		return false
	}
	return true
}
