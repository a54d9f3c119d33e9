package api

import (
	"errors"
	"fmt"
	"net/http"

	"besedka/core/campaign"
	"besedka/core/card"
	"besedka/core/consent"
	"besedka/core/coupon"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/partner"
	"besedka/core/product"
	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/problem"
)

// invalid is a request that cannot be understood; its text tells the caller
// what to change.
type invalid struct{ detail string }

func (e invalid) Error() string { return e.detail }

// forbidden is a caller without the permission that a route asks for.
type forbidden struct{ needs staff.Permission }

func (e forbidden) Error() string { return "none of your roles has the permission " + string(e.needs) }

// conflicts are the refusals that their own words are enough for.
var conflicts = []struct {
	is   error
	code string
}{
	{product.ErrReplaced, "decided"},
	{partner.ErrReplaced, "decided"},
	{receipt.ErrOtherQuestion, "other_question"},
	{receipt.ErrNotCredited, "not_credited"},
	{member.ErrSuspended, "suspended"},
	{member.ErrNotSuspended, "not_suspended"},
	{member.ErrSettled, "decided"},
	{card.ErrReplaced, "replaced"},
	{card.ErrNoSpend, "card_status"},
	{card.ErrSame, "same_status"},
	{coupon.ErrVoid, "void"},
	{errBusy, "busy"},
	{campaign.ErrNoWay, "no_way"},
	{staff.ErrKeyReused, "key_reused"},
	{review.ErrTaken, "taken"},
	{review.ErrLost, "lost"},
	{review.ErrAsked, "asked"},
	{receipt.ErrNoChat, "no_chat"},
	{errSpeechless, "speechless"},
	{member.ErrNoChange, "no_change"},
	{consent.ErrStands, "no_change"},
	{member.ErrGone, "erased"},
}

// refuseConflict answers one of them.
func refuseConflict(w http.ResponseWriter, err error) bool {
	for _, c := range conflicts {
		if errors.Is(err, c.is) {
			problem.Write(w, http.StatusConflict, c.code, c.is.Error())
			return true
		}
	}
	return false
}

// refuse answers an error with its problem details. What nobody foresaw is
// logged and not shown.
func (a *api) refuse(w http.ResponseWriter, r *http.Request, err error) {
	_, isInvalid := errors.AsType[invalid](err)
	_, isForbidden := errors.AsType[forbidden](err)
	short, isShort := errors.AsType[*ledger.Insufficient](err)
	over, isOver := errors.AsType[overCap](err)
	big, tooBig := errors.AsType[*http.MaxBytesError](err)
	switch {
	case errors.Is(err, staff.ErrUnknownToken):
		w.Header().Set("WWW-Authenticate", "Bearer")
		problem.Write(w, http.StatusUnauthorized, "unknown_token", "send Authorization: Bearer with a token of a staff member")
	case isForbidden:
		problem.Write(w, http.StatusForbidden, "forbidden", err.Error())
	case errors.Is(err, campaign.ErrOnlyPauses):
		problem.Write(w, http.StatusForbidden, "forbidden", campaign.ErrOnlyPauses.Error())
	case isInvalid:
		problem.Write(w, http.StatusBadRequest, "invalid", err.Error())
	case tooBig:
		problem.Write(w, http.StatusRequestEntityTooLarge, "too_big", fmt.Sprintf("a body holds at most %d KB here", big.Limit>>10))
	case errors.Is(err, storage.ErrNotFound):
		problem.Write(w, http.StatusNotFound, "not_found", "")
	case refuseTakeover(w, err): // told
	case refuseCanned(w, err): // told
	case refuseDraft(w, err): // told
	case refuseWebhook(w, err): // told
	case refuseStaff(w, err): // told
	case refuseDesk(w, err): // told
	case refuseTarget(w, err): // told
	case refuseImport(w, err): // told
	case errors.Is(err, receipt.ErrDecided), errors.Is(err, review.ErrDecided):
		problem.Write(w, http.StatusConflict, "decided", receipt.ErrDecided.Error())
	case refuseConflict(w, err): // told
	case refuseRefund(w, err): // told
	case refuseMerge(w, err): // told
	case isShort:
		problem.Write(w, http.StatusConflict, "insufficient", fmt.Sprintf("the member has %d available, in minor units; nothing was reserved", short.Available))
	case isOver:
		writeOverCap(w, over)
	case errors.Is(err, ledger.ErrEnded):
		problem.Write(w, http.StatusConflict, "ended", "it has ended another way: GET it to see how")
	case refusePrize(w, err): // told
	case refuseFamily(w, err): // told
	case r.Context().Err() != nil: // the caller left
	default:
		a.Log.ErrorContext(r.Context(), "api request not served", "route", r.Pattern, "error", err)
		problem.Write(w, http.StatusInternalServerError, "internal", "")
	}
}
