package api

import (
	"errors"
	"fmt"
	"net/http"

	"besedka/core/campaign"
	"besedka/core/card"
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

// refuse answers an error with its problem details. What nobody foresaw is
// logged and not shown.
func (a *api) refuse(w http.ResponseWriter, r *http.Request, err error) {
	_, isInvalid := errors.AsType[invalid](err)
	_, isForbidden := errors.AsType[forbidden](err)
	short, isShort := errors.AsType[*ledger.Insufficient](err)
	over, isOver := errors.AsType[overCap](err)
	_, tooBig := errors.AsType[*http.MaxBytesError](err)
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
		problem.Write(w, http.StatusRequestEntityTooLarge, "too_big", "a body holds at most 64 KB")
	case errors.Is(err, storage.ErrNotFound):
		problem.Write(w, http.StatusNotFound, "not_found", "")
	case refuseTakeover(w, err): // told
	case refuseCanned(w, err): // told
	case refuseDraft(w, err): // told
	case refuseWebhook(w, err): // told
	case refuseStaff(w, err): // told
	case refuseDesk(w, err): // told
	case refuseTarget(w, err): // told
	case refuseTakeover(w, err), refuseEdit(w, err): // told
	case errors.Is(err, receipt.ErrDecided), errors.Is(err, review.ErrDecided):
		problem.Write(w, http.StatusConflict, "decided", receipt.ErrDecided.Error())
	case errors.Is(err, product.ErrReplaced):
		problem.Write(w, http.StatusConflict, "decided", product.ErrReplaced.Error())
	case errors.Is(err, partner.ErrReplaced):
		problem.Write(w, http.StatusConflict, "decided", partner.ErrReplaced.Error())
	case errors.Is(err, receipt.ErrOtherQuestion):
		problem.Write(w, http.StatusConflict, "other_question", receipt.ErrOtherQuestion.Error())
	case errors.Is(err, receipt.ErrNotCredited):
		problem.Write(w, http.StatusConflict, "not_credited", receipt.ErrNotCredited.Error())
	case refuseRefund(w, err): // told
	case refuseMerge(w, err): // told
	case errors.Is(err, member.ErrSuspended):
		problem.Write(w, http.StatusConflict, "suspended", member.ErrSuspended.Error())
	case errors.Is(err, member.ErrNotSuspended):
		problem.Write(w, http.StatusConflict, "not_suspended", member.ErrNotSuspended.Error())
	case errors.Is(err, member.ErrSettled):
		problem.Write(w, http.StatusConflict, "decided", member.ErrSettled.Error())
	case errors.Is(err, card.ErrReplaced):
		problem.Write(w, http.StatusConflict, "replaced", card.ErrReplaced.Error())
	case errors.Is(err, card.ErrNoSpend):
		problem.Write(w, http.StatusConflict, "card_status", card.ErrNoSpend.Error())
	case errors.Is(err, card.ErrSame):
		problem.Write(w, http.StatusConflict, "same_status", card.ErrSame.Error())
	case errors.Is(err, coupon.ErrVoid):
		problem.Write(w, http.StatusConflict, "void", coupon.ErrVoid.Error())
	case errors.Is(err, errBusy):
		problem.Write(w, http.StatusConflict, "busy", errBusy.Error())
	case errors.Is(err, campaign.ErrNoWay):
		problem.Write(w, http.StatusConflict, "no_way", campaign.ErrNoWay.Error())
	case refuseReview(w, err): // told
	case isShort:
		problem.Write(w, http.StatusConflict, "insufficient", fmt.Sprintf("the member has %d available, in minor units; nothing was reserved", short.Available))
	case isOver:
		writeOverCap(w, over)
	case errors.Is(err, ledger.ErrEnded):
		problem.Write(w, http.StatusConflict, "ended", "it has ended another way: GET it to see how")
	case errors.Is(err, staff.ErrKeyReused):
		problem.Write(w, http.StatusConflict, "key_reused", staff.ErrKeyReused.Error())
	case refusePrize(w, err): // told
	case refuseFamily(w, err): // told
	case r.Context().Err() != nil: // the caller left
	default:
		a.Log.ErrorContext(r.Context(), "api request not served", "route", r.Pattern, "error", err)
		problem.Write(w, http.StatusInternalServerError, "internal", "")
	}
}
