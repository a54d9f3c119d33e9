package actions

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/expr"
	"besedka/core/family"
	"besedka/core/ledger"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/storage"
)

// EventFamily tells of a family of two or more, or of one that is no more: what
// (joined, left, over) and how many there are.
const EventFamily = "family.changed"

// Families invites into families, joins them and leaves them.
type Families struct {
	Families *family.Service
	Door     *conversation.Service
	URL      func(issuedIn chat.Channel, code string) string // the link for who is invited
}

// Add puts the calls of families into s. All of them are about others, too: their turns
// run alone.
func (a Families) Add(s Set) {
	s["family.look"] = Shared(a.look)
	s["family.invite"], s["family.open"] = Action{Do: a.invite}, Action{Do: a.open}
	s["family.accept"], s["family.refuse"], s["family.leave"] = Action{Do: a.accept}, Action{Do: a.refuse}, Action{Do: a.leave}
}

func families() map[string]flows.Call {
	refused := []string{"ok", "expired", "own", "taken", "full", "stranger", "suspended", "owes"}
	return map[string]flows.Call{
		"family.look": {
			Outcomes: []string{"none", "alone", "head", "member"}, Reads: true,
			Values: map[string]expr.Kind{"members": expr.Count, "max": expr.Count},
		},
		"family.invite": {
			Outcomes: []string{"ok", "taken", "full", "stranger", "suspended", "limit"},
			Values:   map[string]expr.Kind{"url": expr.Text, "code": expr.Text},
		},
		"family.open":   {Args: map[string]expr.Kind{"code": expr.Text}, Outcomes: refused},
		"family.accept": {Outcomes: refused, Values: map[string]expr.Kind{"members": expr.Count}},
		"family.refuse": {Outcomes: []string{"ok", "expired"}},
		"family.leave":  {Outcomes: []string{"ok", "none"}},
	}
}

func (a Families) look(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	most := a.Families.Terms().Max
	f, err := family.Of(ctx, tx, c.Who.Member)
	if err != nil {
		return dialogs.CallResult{}, err
	}
	outcome := "member"
	switch {
	case most == 0 && !f.Together():
		outcome = "none"
	case !f.Together():
		outcome = "alone"
	case f.Head == c.Who.Member:
		outcome = "head"
	}
	return values(outcome, map[string]expr.Value{"members": expr.CountOf(int64(len(f.Members))), "max": expr.CountOf(int64(most))}), nil
}

func (a Families) invite(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	code, err := a.Families.InviteTx(ctx, tx, c.Now, c.Who.ID, c.Who.Member)
	if err != nil {
		return familyTrouble(err)
	}
	return values("ok", map[string]expr.Value{"code": expr.TextOf(code), "url": expr.TextOf(a.URL(c.Channel, code))}), nil
}

func (a Families) open(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	if err := a.Families.OpenTx(ctx, tx, c.Now, c.Who.ID, c.Args["code"].Text()); err != nil {
		return familyTrouble(err)
	}
	return plain("ok"), nil
}

func (a Families) accept(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	i, err := a.Families.AcceptTx(ctx, tx, c.Now, c.Who.ID)
	if err != nil {
		return familyTrouble(err)
	}
	f, err := family.Of(ctx, tx, i.Head)
	if err != nil {
		return dialogs.CallResult{}, err
	}
	n := len(f.Members)
	err = tellFamily(ctx, tx, a.Door, c.Now, c.Key, conversation.Recipient{Member: i.Head, Subject: i.Subject}, "joined", n)
	return values("ok", map[string]expr.Value{"members": expr.CountOf(int64(n))}), err
}

func (a Families) refuse(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	if err := a.Families.RefuseTx(ctx, tx, c.Now, c.Who.ID); err != nil {
		return familyTrouble(err)
	}
	return plain("ok"), nil
}

func (a Families) leave(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	p, err := a.Families.LeaveTx(ctx, tx, c.Now, c.Who.Member)
	if err != nil {
		return dialogs.CallResult{}, err
	}
	if len(p.Left) == 0 {
		return plain("none"), nil
	}
	return plain("ok"), TellParted(ctx, tx, a.Door, c.Now, c.Key, p)
}

// TellParted tells the head that somebody has left, or everybody that the head has: their
// points are their own again. Under one key it is told once.
func TellParted(ctx context.Context, tx storage.Tx, door *conversation.Service, now time.Time, key string, p family.Parted) error {
	told, what := p.Left, "over"
	if !p.Over && len(p.Left) > 0 {
		told, what = p.Left[:1], "left" // the head
	}
	for _, member := range told {
		if err := tellFamily(ctx, tx, door, now, key, conversation.Recipient{Member: member}, what, len(p.Left)); err != nil {
			return err
		}
	}
	return nil
}

// TellJoined tells those whom staff have made one family that their points are common, and
// how many share them.
func TellJoined(ctx context.Context, tx storage.Tx, door *conversation.Service, now time.Time, key string, members int, joined ...int64) error {
	for _, member := range joined {
		if err := tellFamily(ctx, tx, door, now, key, conversation.Recipient{Member: member}, "joined", members); err != nil {
			return err
		}
	}
	return nil
}

func tellFamily(ctx context.Context, tx storage.Tx, door *conversation.Service, now time.Time, key string, to conversation.Recipient, what string, members int) error {
	e := conversation.Event{Name: EventFamily, Args: map[string]expr.Value{"what": expr.TextOf(what), "members": expr.CountOf(int64(members))}}
	return door.NotifyTx(ctx, tx, now, to, fmt.Sprintf("%s/family/%d", key, to.Member), e)
}

// familyOutcomes are refusals as scripts know them.
var familyOutcomes = []struct {
	refusal error
	outcome string
}{
	{family.ErrNone, "full"}, // nobody is allowed
	{family.ErrUnknown, "expired"},
	{family.ErrOwn, "own"},
	{family.ErrNotHead, "taken"},
	{family.ErrTaken, "taken"},
	{ledger.ErrShared, "taken"},
	{family.ErrFull, "full"},
	{family.ErrStranger, "stranger"},
	{family.ErrSuspended, "suspended"},
	{ledger.ErrOwes, "owes"},
	{family.ErrLimit, "limit"},
}

func familyTrouble(err error) (dialogs.CallResult, error) {
	for _, o := range familyOutcomes {
		if errors.Is(err, o.refusal) {
			return plain(o.outcome), nil
		}
	}
	return dialogs.CallResult{}, err
}
