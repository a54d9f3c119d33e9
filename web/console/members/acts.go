package members

import (
	"context"
	"errors"
	"slices"
	"strings"

	"besedka/core/card"
	"besedka/core/consent"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/console"
)

// asked is what a form asks of a member, whoever they are by now.
type asked struct {
	*console.Visit
	id int64
}

// doing carries it out, in its transaction, the log with it.
type doing func(ctx context.Context, tx storage.Tx, a asked) error

// Refusals that people can mend.
var (
	errReason = errors.New("no reason, or too long a one")
	errField  = errors.New("a field that does not do")
	errChoice = errors.New("none of what there is to choose")
)

// maxReason is how long a reason may be, in bytes.
const maxReason = 500

// act carries a form out once. What people can mend is said on the member's page, or on
// that of the profile, with what they wrote there.
func (p *pages) act(do doing) func(v *console.Visit) error {
	return func(v *console.Visit) error {
		m, err := p.memberOf(v)
		if err != nil {
			return err
		}
		name := v.R.URL.Path[strings.LastIndexByte(v.R.URL.Path, '/')+1:]
		err = v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
			to := path(m.ID, "") + "?done=members-" + name
			return to, do(ctx, tx, asked{v, m.ID})
		})
		trouble := troubleOf(err)
		if trouble == "" {
			return err
		}
		if errors.Is(err, errField) {
			return p.editAgain(v, m, trouble)
		}
		one, readErr := p.person(v, m, nil)
		if readErr != nil {
			return readErr
		}
		one.Trouble = trouble
		if i, is := errors.AsType[*member.Inseparable](err); is {
			one.Inseparable = i.Nouns
		}
		return v.ShowAgain(cardPage(v.View, one))
	}
}

// troubles name why an act was refused.
var troubles = []struct {
	is   error
	name string
}{
	{errReason, "reason"},
	{errField, "field"},
	{errChoice, "choice"},
	{errNumber, "number"},
	{member.ErrNoChange, "no_change"},
	{consent.ErrStands, "no_change"},
	{member.ErrGone, "gone"},
	{member.ErrSuspended, "suspended"},
	{member.ErrNotSuspended, "not_suspended"},
	{member.ErrMerged, "merged"},
	{member.ErrUndone, "undone"},
	{member.ErrNotKept, "not_kept"},
	{member.ErrMergeLater, "merged_later"},
	{member.ErrSettled, "settled"},
	{ledger.ErrReserved, "reserved"},
	{card.ErrReplaced, "card_replaced"},
	{card.ErrSame, "card_same"},
}

func troubleOf(err error) string {
	if _, is := errors.AsType[*member.Inseparable](err); is {
		return "inseparable"
	}
	for _, t := range troubles {
		if errors.Is(err, t.is) {
			return t.name
		}
	}
	return ""
}

// reasonOf is what somebody gave as their reason; it stays in the log.
func reasonOf(v *console.Visit) (string, error) {
	reason := strings.TrimSpace(v.R.PostForm.Get("reason"))
	if reason == "" || len(reason) > maxReason || strings.ContainsRune(reason, 0) {
		return "", errReason
	}
	return reason, nil
}

// log writes an act into the log.
func (a asked) log(ctx context.Context, tx storage.Tx, act string, detail map[string]any) error {
	return staff.AuditTx(ctx, tx, a.Now, staff.Act{Staff: a.By.ID, Act: act, Object: object(a.id), Detail: detail})
}

// consent keeps a member's yes or no to a document, said to somebody of the staff.
func (p *pages) consent(ctx context.Context, tx storage.Tx, a asked) error {
	kind, granted := consent.Kind(a.R.PostForm.Get("kind")), a.R.PostForm.Get("granted") == "yes"
	doc := p.Programme().Consents[string(kind)]
	if doc == nil {
		return errChoice
	}
	reason, err := reasonOf(a.Visit)
	if err != nil {
		return err
	}
	n := consent.Note{Member: a.id, Reason: reason}
	n.Given = consent.Given{Channel: member.Desk, Staff: a.By.ID, Kind: kind, Version: doc.Version, Granted: granted}
	if n.Subject, err = p.Members.SignerTx(ctx, tx, a.id); err != nil {
		return err
	}
	return consent.NoteTx(ctx, tx, a.Now, n)
}

// subscribe keeps a member's word about a way to be written to.
func (p *pages) subscribe(ctx context.Context, tx storage.Tx, a asked) error {
	medium, wanted := consent.Medium(a.R.PostForm.Get("medium")), a.R.PostForm.Get("wanted") == "yes"
	if !slices.Contains(consent.Media, medium) {
		return errChoice
	}
	if _, err := p.Members.HoldToChangeTx(ctx, tx, a.id); err != nil {
		return err
	}
	was, err := consent.Subscriptions(ctx, tx, a.id)
	if err != nil {
		return err
	}
	before := slices.ContainsFunc(was, func(s consent.Subscription) bool { return s.Medium == medium && s.Wanted })
	if err := consent.SubscribeTx(ctx, tx, a.Now, a.id, medium, wanted); err != nil {
		return err
	}
	return a.log(ctx, tx, "members.subscribe", map[string]any{"channel": medium, "before": before, "wanted": wanted})
}

// suspend keeps a member's receipts from being credited.
func (p *pages) suspend(ctx context.Context, tx storage.Tx, a asked) error {
	cause := review.Cause(a.R.PostForm.Get("cause"))
	if !cause.Fits(false) {
		return errChoice
	}
	note, err := reasonOf(a.Visit)
	if err != nil {
		return err
	}
	if err := p.Members.SuspendTx(ctx, tx, a.Now, member.Suspension{Member: a.id, Staff: a.By.ID, Cause: cause, Note: note}); err != nil {
		return err
	}
	return a.log(ctx, tx, "members.suspend", map[string]any{"cause": cause})
}

// lift lets go on what a suspension kept.
func (p *pages) lift(ctx context.Context, tx storage.Tx, a asked) error {
	note, err := reasonOf(a.Visit)
	if err != nil {
		return err
	}
	if err := p.Members.LiftTx(ctx, tx, a.Now, member.Suspension{Member: a.id, Staff: a.By.ID, Note: note}); err != nil {
		return err
	}
	if err := receipt.WakeTx(ctx, tx, a.Now, a.id); err != nil {
		return err
	}
	return a.log(ctx, tx, "members.lift", nil)
}
