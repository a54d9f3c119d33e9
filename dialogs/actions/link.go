package actions

import (
	"context"
	"errors"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/expr"
	"besedka/core/member"
	"besedka/dialogs"
	"besedka/storage"
)

// Links joins two chats of one person by a one-time link, see design.md 2 «One
// person» and core/member.
type Links struct {
	Members *member.Service
	Door    *conversation.Service
	URL     func(issuedIn chat.Channel, code string) string // the link to open elsewhere
}

// Add puts the link's calls into s.
func (l Links) Add(s Set) {
	s["link.issue"], s["link.open"], s["link.accept"] = Action{Do: l.issue}, Action{Do: l.open}, Action{Do: l.accept}
	s["link.confirm"], s["link.refuse"] = Action{Do: l.confirm}, Action{Do: l.refuse}
}

func (l Links) issue(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	code, err := l.Members.IssueLinkTx(ctx, tx, c.Now, c.Who.ID)
	if err != nil {
		return linkTrouble(err)
	}
	return values("ok", map[string]expr.Value{"code": expr.TextOf(code), "url": expr.TextOf(l.URL(c.Channel, code))}), nil
}

func (l Links) open(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	link, err := l.Members.OpenLinkTx(ctx, tx, c.Now, c.Who.ID, c.Args["code"].Text())
	if err != nil {
		return linkTrouble(err)
	}
	return values("ok", channelOf(link.Issuer)), nil
}

func (l Links) accept(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	link, err := l.Members.AcceptLinkTx(ctx, tx, c.Now, c.Who.ID)
	if err != nil {
		return linkTrouble(err)
	}
	return plain("ok"), l.tell(ctx, tx, c, link.Issuer, "link.asked", link.Opener)
}

func (l Links) confirm(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	link, _, err := l.Members.ConfirmLinkTx(ctx, tx, c.Now, c.Who.ID)
	if err != nil {
		return linkTrouble(err)
	}
	return plain("ok"), l.tell(ctx, tx, c, link.Opener, "link.joined", link.Issuer)
}

func (l Links) refuse(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	link, err := l.Members.RefuseLinkTx(ctx, tx, c.Now, c.Who.ID)
	if err != nil {
		return linkTrouble(err)
	}
	other, me := link.Issuer, link.Opener
	if other.Subject == c.Who.ID {
		other, me = me, other
	}
	return plain("ok"), l.tell(ctx, tx, c, other, "link.refused", me)
}

// tell wakes the other chat with the name of this one's channel.
func (l Links) tell(ctx context.Context, tx storage.Tx, c Call, to member.Side, event string, about member.Side) error {
	if to.Subject == 0 { // refused before anybody opened it
		return nil
	}
	e := conversation.Event{Name: event, Args: channelOf(about)}
	return l.Door.NotifyTx(ctx, tx, c.Now, conversation.Recipient{Subject: to.Subject}, c.Key+"/"+event, e)
}

func channelOf(s member.Side) map[string]expr.Value {
	return map[string]expr.Value{"channel": expr.TextOf(string(s.Channel))}
}

func linkTrouble(err error) (dialogs.CallResult, error) {
	switch {
	case errors.Is(err, member.ErrLinkUnknown):
		return plain("expired"), nil
	case errors.Is(err, member.ErrLinkOwn):
		return plain("own"), nil
	case errors.Is(err, member.ErrLinkLimit):
		return plain("limit"), nil
	}
	return dialogs.CallResult{}, err
}

func plain(outcome string) dialogs.CallResult { return dialogs.CallResult{Outcome: outcome} }

func values(outcome string, v map[string]expr.Value) dialogs.CallResult {
	return dialogs.CallResult{Outcome: outcome, Values: v}
}
