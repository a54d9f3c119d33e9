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
	s["receipt.submit"] = Action{Do: r.submit, Together: true}
	s["receipt.why"] = Action{Do: r.why, Together: true}
}

// submit registers what the shopper sent: the code read from a photo, or the
// text of one.
func (r Receipts) submit(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	in := c.Input.Chat
	if in == nil {
		return dialogs.CallResult{}, errors.New("nobody sent anything: the step must follow a photo or a text")
	}
	text, trouble := code(in)
	if text == "" {
		return values("no_code", map[string]expr.Value{"trouble": expr.TextOf(trouble)}), nil
	}
	result, err := r.Receipts.SubmitTx(ctx, tx, c.Now, receipt.Submission{
		Key: fmt.Sprintf("inbox/%d", c.Inbox), Member: c.Who.Member, Subject: c.Who.ID, Blob: blob(in), Text: text, At: c.ReceivedAt,
	})
	if err != nil {
		return dialogs.CallResult{}, err
	}
	return values(outcome(result), map[string]expr.Value{
		"sum": expr.MoneyOf(result.Sum), "reason": expr.TextOf(string(result.Reason)), "country": expr.TextOf(country(text)),
		"receipt": expr.CountOf(result.Receipt), "manual": expr.BoolOf(result.Manual),
	}), nil
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
