package actions

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"besedka/core/campaign"
	"besedka/core/card"
	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/core/fiscal"
	"besedka/core/member"
	"besedka/core/qr"
	"besedka/core/receipt"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/locales"
	"besedka/storage"
)

// Receipts takes receipts in and tells why they brought what they brought.
type Receipts struct {
	Receipts *receipt.Service
	Texts    *locales.Catalog
	Money    func() []flows.Currency // of the programme as published now
}

// Add puts the receipt's calls into s.
func (r Receipts) Add(s Set) {
	s["receipt.submit"] = Action{Queue: r.submit}
	s["receipt.enter"] = Action{Queue: r.enter}
	s["receipt.known"] = Shared(known)
	for name, read := range typed {
		s["receipt."+name] = Shared(read.do())
	}
	s["receipt.why"] = Shared(r.why)
	s["receipt.words"] = Shared(r.words)
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
		return func(ctx context.Context, tx storage.Tx) (dialogs.CallResult, error) {
			return r.unread(ctx, tx, c, trouble)
		}, nil
	}
	if card.Valid(text) { // somebody's card, and no receipt
		member.QueueShownCard(b, c.Now, c.Who.Member, text)
	}
	return r.queue(b, c, blob(in), text)
}

// queue registers the text of a code.
func (r Receipts) queue(b *storage.Batch, c Call, blob, text string) (Answer, error) {
	conclude, err := r.Receipts.QueueSubmit(b, c.Now, receipt.Submission{
		Key: fmt.Sprintf("inbox/%d/%s", c.Inbox, c.Name), Member: c.Who.Member, Subject: c.Who.ID, Blob: blob, Text: text, At: c.ReceivedAt,
	})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (dialogs.CallResult, error) {
		result, err := conclude(ctx, tx)
		if err == nil && blob != "" && result.Reason == receipt.Reason(fiscal.NotFiscal) { // the photo has a code, and not the receipt's
			if kept, asked, err := r.keep(ctx, tx, c); asked || err != nil {
				return submitted(kept, text), err
			}
		}
		return submitted(result, text), err
	}, nil
}

// unread answers a photo without a code: it may be one that a person has asked for.
func (r Receipts) unread(ctx context.Context, tx storage.Tx, c Call, trouble string) (dialogs.CallResult, error) {
	if drawable[trouble] {
		if kept, asked, err := r.keep(ctx, tx, c); asked || err != nil {
			return submitted(kept, ""), err
		}
	}
	return values("no_code", map[string]expr.Value{"trouble": expr.TextOf(trouble)}), nil
}

// drawable are the troubles of photos that a person can look at.
var drawable = map[string]bool{
	string(qr.NoCode): true, string(qr.TooSmall): true, string(qr.TooDark): true, string(qr.CutOff): true, string(qr.Glare): true, string(qr.Blurred): true,
}

// keep leaves a photo to the person who has asked for one, if anybody has.
func (r Receipts) keep(ctx context.Context, tx storage.Tx, c Call) (result receipt.Result, asked bool, err error) {
	if blob(c.Input.Chat) == "" {
		return result, false, nil
	}
	return r.Receipts.KeepPhotoTx(ctx, tx, c.Now, receipt.Submission{
		Key: fmt.Sprintf("inbox/%d/photo", c.Inbox), Member: c.Who.Member, Subject: c.Who.ID, Blob: blob(c.Input.Chat), At: c.ReceivedAt,
	})
}

func submitted(r receipt.Result, text string) dialogs.CallResult {
	why := refusal(text)
	return values(outcome(r), map[string]expr.Value{
		"state": expr.TextOf(state(r)), "points": expr.PointsOf(r.Own.Points), "sum": expr.MoneyOf(r.Sum), "reason": expr.TextOf(string(r.Reason)),
		"country": expr.TextOf(why.Country), "kind": expr.TextOf(string(why.Kind)), "incomplete": expr.BoolOf(why.Incomplete()),
		"receipt": expr.CountOf(r.Receipt), "manual": expr.BoolOf(r.Manual), "asked": expr.BoolOf(r.Asked),
	})
}

// state is how a receipt that was sent before fares: with a person, credited, refunded
// in part or whole, revoked, or being checked still.
func state(r receipt.Result) string {
	switch {
	case r.Reason != receipt.DuplicateOwn:
		return ""
	case r.Own.State == receipt.Manual, r.Own.State == receipt.Credited, r.Own.State == receipt.Revoked:
		return string(r.Own.State)
	case r.Own.State == receipt.PartlyRefunded, r.Own.State == receipt.FullyRefunded:
		return string(receipt.FullyRefunded)
	}
	return "checking"
}

// code is the text of what was sent that tells most of a receipt, or why a photo has
// none. What is written under a photo counts when the photo tells nothing.
func code(in *chat.Inbound) (text, trouble string) {
	if in.Photo == nil {
		return in.Written(), ""
	}
	codes := in.Photo.Codes
	if caption := in.Written(); fiscal.IsReceipt(caption) {
		codes = append(slices.Clip(codes), caption)
	}
	if len(codes) == 0 {
		return "", in.Photo.Trouble
	}
	return slices.MinFunc(codes, func(a, b string) int { return promise(a) - promise(b) }), ""
}

// promise orders texts by how much they have to do with a receipt, the best first.
func promise(text string) int {
	q, err := fiscal.Parse(text)
	why, _ := errors.AsType[*fiscal.Refusal](err)
	switch {
	case err == nil || q.FN != "":
		return 0
	case why.Incomplete():
		return 1
	case why.Reason != fiscal.NotFiscal:
		return 2
	}
	return 3
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

// refusal is what is wrong with a text by itself; the zero Refusal when nothing is.
func refusal(text string) fiscal.Refusal {
	_, err := fiscal.Parse(text)
	if why, ok := errors.AsType[*fiscal.Refusal](err); ok {
		return *why
	}
	return fiscal.Refusal{}
}

// why words the stored explanation of one of the member's own receipts, of the one
// credited last when none is named.
func (r Receipts) why(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	id, _ := c.Args["receipt"].Int()
	of, err := receipt.CreditedTo(ctx, tx, c.Who.Member, id)
	if errors.Is(err, storage.ErrNotFound) {
		return plain("none"), nil
	}
	if err != nil {
		return dialogs.CallResult{}, err
	}
	text, err := campaign.Why(ctx, tx, c.Who.Member, of.ID, r.Texts.Printer(c.Lang))
	return values("ok", map[string]expr.Value{"why": expr.TextOf(text), "sum": expr.MoneyOf(of.Sum)}), err
}

// words are what campaigns themselves say of one of the member's receipts, and what it
// brought of other currencies than bonuses.
func (r Receipts) words(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	id, _ := c.Args["receipt"].Int()
	all, err := r.Receipts.Campaigns.WordsOf(ctx, tx, id, c.Who.Member, c.Lang)
	if err != nil {
		return dialogs.CallResult{}, err
	}
	said, others := []string{}, map[string]int64{}
	for _, w := range all {
		if w.Chat != "" {
			said = append(said, w.Chat)
		}
		for currency, minor := range w.Others {
			others[currency] += minor
		}
	}
	told := map[string]expr.Value{}
	if len(said) > 0 {
		told["words"] = expr.TextOf(strings.Join(said, "\n"))
	}
	if also := spell(r.Money(), others, c.Lang); also != "" {
		told["also"] = expr.TextOf(also)
	}
	if len(told) == 0 {
		return plain("none"), nil
	}
	return values("said", told), nil
}
