package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"besedka/core/receipt"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/problem"
)

// maxReturned is how many lines one refund names.
const maxReturned = 1000

// refunding is the body of POST /receipts/{id}/refunds.
type refunding struct {
	Whole  bool               `json:"whole"`
	Lines  []receipt.Returned `json:"lines"`
	Reason string             `json:"reason"`
}

func (r refunding) check() error {
	switch {
	case r.Whole == (len(r.Lines) > 0):
		return invalid{"give either whole, for all that is left of the receipt, or the lines that came back"}
	case len(r.Lines) > maxReturned:
		return invalid{fmt.Sprintf("name at most %d lines at a time", maxReturned)}
	case r.Reason == "" || !storable(r.Reason):
		return invalid{"give the reason in words: it stays in the record"}
	}
	for _, l := range r.Lines {
		if l.Quantity < 0 || l.Sum < 0 || l.Quantity > 0 && l.Sum > 0 {
			return invalid{fmt.Sprintf("line %d: say how much of it came back, or for how many kopecks; neither means all that is left of it", l.Line)}
		}
	}
	return nil
}

// refunded is its answer.
type refunded struct {
	Receipt int64 `json:"receipt"`
	receipt.Refunded
}

// refundReceipt takes goods that came back off a credited receipt.
func (a *api) refundReceipt(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in refunding
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		done, err := a.Receipts.RefundTx(ctx, tx, c.now, receipt.Refunding{
			Receipt: id, Key: fmt.Sprintf("api/%d/%s", c.by.ID, c.key), Lines: in.Lines, Whole: in.Whole, Staff: c.by.ID, Reason: in.Reason,
		})
		if err == nil && done.Again {
			err = staff.ErrKeyReused // its answer is forgotten, and the refund is not
		}
		if err != nil {
			return nil, err
		}
		err = staff.AuditTx(ctx, tx, c.now, staff.Act{
			Staff: c.by.ID, Act: "receipts.refund", Object: fmt.Sprintf("receipt/%d", id),
			Detail: map[string]any{"number": done.Number, "sum": done.Sum, "taken": done.Taken, "short": done.Short, "voided": len(done.Voided)},
		})
		return refunded{id, done}, err
	}, nil
}

// refuseRefund answers the refusals of refunds; false when err is none of them.
func refuseRefund(w http.ResponseWriter, err error) bool {
	line, isLine := errors.AsType[*receipt.LineError](err)
	switch {
	case isLine:
		problem.Write(w, http.StatusConflict, "not_left", line.Error())
	case errors.Is(err, receipt.ErrNothingLeft):
		problem.Write(w, http.StatusConflict, "not_left", receipt.ErrNothingLeft.Error())
	case errors.Is(err, receipt.ErrOnlyWhole):
		problem.Write(w, http.StatusConflict, "only_whole", receipt.ErrOnlyWhole.Error())
	case errors.Is(err, receipt.ErrManyRefunds):
		problem.Write(w, http.StatusConflict, "too_many", receipt.ErrManyRefunds.Error())
	case errors.Is(err, receipt.ErrKeepsRefund):
		problem.Write(w, http.StatusConflict, "refunded", receipt.ErrKeepsRefund.Error())
	default:
		return false
	}
	return true
}
