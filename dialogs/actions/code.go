package actions

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"besedka/core/expr"
	"besedka/core/member"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/locales"
	"besedka/storage"
)

// Codes proves a typed number by a one-time code, see core/member.
type Codes struct {
	Members   *member.Service
	Texts     *locales.Catalog
	Programme func() *flows.Programme
	Log       *slog.Logger

	// Send queues a text message in tx, to be forgotten once it is sent; nil where
	// nobody sends any: then a typed number stays what somebody said.
	Send func(ctx context.Context, tx storage.Tx, now time.Time, m CodeMessage) error
}

// CodeMessage is a text message with a one-time code. Key makes it happen once; Subject
// is whose key seals it until it is sent.
type CodeMessage struct {
	Key     string
	Subject int64
	To      string // E.164
	Text    string
}

// Add puts the calls of codes into s.
func (a Codes) Add(s Set) { s["code.send"], s["code.check"] = Action{Do: a.send}, Action{Do: a.check} }

func codes() map[string]flows.Call {
	return map[string]flows.Call{
		"code.send": {Outcomes: []string{"sent", "soon", "limit", "off"}, Values: map[string]expr.Kind{"to": expr.Text}},
		"code.check": {
			Args:     map[string]expr.Kind{"code": expr.Text},
			Outcomes: []string{"verified", "joined", "unlike", "wrong", "tries", "late", "shut"},
			Values:   map[string]expr.Kind{"left": expr.Count},
		},
	}
}

// send sends a code to the number that was typed last, whoever has it.
func (a Codes) send(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	if a.Send == nil {
		return plain("off"), nil
	}
	code, err := a.Members.IssueCodeTx(ctx, tx, c.Now, c.Who)
	switch {
	case errors.Is(err, member.ErrNoClaim): // proved meanwhile, or taken back
		return plain("off"), nil
	case errors.Is(err, member.ErrCodeSoon):
		return plain("soon"), nil
	case errors.Is(err, member.ErrCodeLimit):
		return plain("limit"), nil
	case err != nil:
		return dialogs.CallResult{}, err
	}
	text := a.Texts.Printer(c.Lang).Text("code.text", locales.Args{"name": locales.Text(a.Programme().Name[c.Lang]), "code": locales.Text(code.Digits)})
	err = a.Send(ctx, tx, c.Now, CodeMessage{Key: c.Key, Subject: c.Who.ID, To: code.To, Text: text})
	return values("sent", map[string]expr.Value{"to": expr.TextOf(member.Mask(code.To))}), err
}

func (a Codes) check(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	owner, left, err := a.Members.CheckCodeTx(ctx, tx, c.Now, c.Who, c.Args["code"].Text())
	switch {
	case errors.Is(err, member.ErrCodeLast):
		a.Log.ErrorContext(ctx, "somebody guesses at one-time codes: none is taken in the messenger until the hour ends", "subject", c.Who.ID, "wrong", member.WrongCodesPerHour)
		return plain("shut"), nil
	case errors.Is(err, member.ErrCodeShut):
		return plain("shut"), nil
	case errors.Is(err, member.ErrCodeUnlike):
		return plain("unlike"), nil
	case errors.Is(err, member.ErrCodeWrong) && left == 0:
		return plain("tries"), nil
	case errors.Is(err, member.ErrCodeWrong):
		return values("wrong", map[string]expr.Value{"left": expr.CountOf(int64(left))}), nil
	case errors.Is(err, member.ErrCodeLate):
		return plain("late"), nil
	case err != nil:
		return dialogs.CallResult{}, err
	case owner.Joined:
		return plain("joined"), nil
	}
	return plain("verified"), nil
}
