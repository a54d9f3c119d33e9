package actions

import (
	"context"
	"errors"
	"fmt"

	"besedka/core/campaign"
	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/core/fiscal"
	"besedka/core/receipt"
	"besedka/dialogs"
	"besedka/locales"
	"besedka/storage"
)

// Receipts takes receipts in and tells why they brought what they brought.
type Receipts struct {
	Receipts *receipt.Service
	Texts    *locales.Catalog
}

// Add puts the receipt's calls into s.
func (r Receipts) Add(s Set) {
	s["receipt.submit"] = Action{Queue: r.submit}
	s["receipt.why"] = Shared(r.why)
}

// submit registers what the shopper sent: the code read from a photo, or the
// text of one.
func (r Receipts) submit(b *storage.Batch, c Call) (Answer, error) {
	in := c.Input.Chat
	if in == nil {
		return nil, errors.New("nobody sent anything: the step must follow a photo or a text")
	}
	text, trouble := code(in)
	if text == "" {
		return func(context.Context, storage.Tx) (dialogs.CallResult, error) {
			return values("no_code", map[string]expr.Value{"trouble": expr.TextOf(trouble)}), nil
		}, nil
	}
	conclude, err := r.Receipts.QueueSubmit(b, c.Now, receipt.Submission{
		Key: fmt.Sprintf("inbox/%d", c.Inbox), Member: c.Who.Member, Subject: c.Who.ID, Blob: blob(in), Text: text, At: c.ReceivedAt,
	})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (dialogs.CallResult, error) {
		result, err := conclude(ctx, tx)
		return submitted(result, text), err
	}, nil
}

func submitted(r receipt.Result, text string) dialogs.CallResult {
	return values(outcome(r), map[string]expr.Value{
		"state": expr.TextOf(state(r)), "points": expr.PointsOf(r.Own.Points), "sum": expr.MoneyOf(r.Sum), "reason": expr.TextOf(string(r.Reason)), "country": expr.TextOf(country(text)),
		"receipt": expr.CountOf(r.Receipt), "manual": expr.BoolOf(r.Manual),
	})
}

// state is how a receipt that was sent before fares: with a person, credited,
// revoked, or being checked still.
func state(r receipt.Result) string {
	switch {
	case r.Reason != receipt.DuplicateOwn:
		return ""
	case r.Own.State == receipt.Manual, r.Own.State == receipt.Credited, r.Own.State == receipt.Revoked:
		return string(r.Own.State)
	}
	return "checking"
}

func code(in *chat.Inbound) (text, trouble string) {
	switch {
	case in.Photo == nil:
		return in.Text, ""
	case len(in.Photo.Codes) > 0:
		return in.Photo.Codes[0], ""
	}
	return "", in.Photo.Trouble
}

func blob(in *chat.Inbound) string {
	if in.Photo == nil {
		return ""
	}
	return in.Photo.Blob
}

// outcomes a script may branch on, by the core's reason. The rest are one
// outcome: damaged.
var outcomes = map[receipt.Reason]string{
	receipt.DuplicateOwn:                  "duplicate",
	receipt.DuplicateOther:                "used",
	receipt.Future:                        "future",
	receipt.OutOfPeriod:                   "out_of_period",
	receipt.TooMany:                       "too_many",
	receipt.Limit:                         "limit",
	receipt.Reason(fiscal.NotFiscal):      "not_fiscal",
	receipt.Reason(fiscal.ForeignReceipt): "foreign",
	receipt.Reason(fiscal.EGAIS):          "egais",
	receipt.Reason(fiscal.DebugFN):        "debug",
	receipt.Reason(fiscal.WrongOperation): "wrong_operation",
}

func outcome(r receipt.Result) string {
	if r.Reason == "" {
		return "taken"
	}
	if o, ok := outcomes[r.Reason]; ok {
		return o
	}
	return "damaged" // missing_sum, bad_fn: a part of the text is not what it should be
}

func country(text string) string {
	_, err := fiscal.Parse(text)
	if refusal, ok := errors.AsType[*fiscal.Refusal](err); ok {
		return refusal.Country
	}
	return ""
}

// why words the stored explanation of one of the member's own receipts.
func (r Receipts) why(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	id, _ := c.Args["receipt"].Int()
	text, err := campaign.Why(ctx, tx, c.Who.Member, id, r.Texts.Printer(c.Lang))
	if errors.Is(err, storage.ErrNotFound) {
		return plain("none"), nil
	}
	return values("ok", map[string]expr.Value{"why": expr.TextOf(text)}), err
}
