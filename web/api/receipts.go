package api

import (
	"context"
	"errors"
	"fmt"

	"besedka/core/consent"
	"besedka/core/member"
	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/core/staff"
	"besedka/storage"
)

// submission is the body of POST /receipts.
type submission struct {
	Member int64  `json:"member"`
	Phone  string `json:"phone"`
	QR     string `json:"qr"`

	Consents map[consent.Kind]string `json:"consents"` // versions that somebody not known yet signed on paper

	Tenders map[string]int64 `json:"tenders"` // kopecks of it that were paid by bonuses, by currency
}

// submitted is its answer; receipt is 0 when the text did not become one.
type submitted struct {
	Member  int64           `json:"member"`
	Created bool            `json:"created,omitempty"` // the member
	Outcome receipt.Outcome `json:"outcome"`
	Reason  receipt.Reason  `json:"reason,omitempty"`
	Receipt int64           `json:"receipt,omitempty"`
	Sum     int64           `json:"sum,omitempty"`
	Manual  bool            `json:"manual"`
}

// registerReceipt takes a receipt in for a member who stands at the desk.
func (a *api) registerReceipt(c call) (act, error) {
	var in submission
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if (in.Member == 0) == (in.Phone == "") || in.QR == "" {
		return nil, invalid{"give qr and exactly one of member, phone"}
	}
	if err := checkTenders(in.Tenders); err != nil {
		return nil, err
	}
	if err := a.checkPaper(in); err != nil {
		return nil, err
	}
	named, err := a.whose(c, in)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		id, born, err := a.taker(ctx, tx, c, named, in)
		if err != nil {
			return nil, err
		}
		key := fmt.Sprintf("api/%d/%s", c.by.ID, c.key)
		r, err := a.Receipts.SubmitTx(ctx, tx, c.now, receipt.Submission{Key: key, Member: id, Staff: c.by.ID, Text: in.QR, Tenders: in.Tenders})
		if err != nil {
			return nil, err
		}
		detail := map[string]any{"receipt": r.Receipt, "outcome": r.Outcome}
		if born {
			detail["created"], detail["consents"] = true, in.Consents
		}
		err = staff.AuditTx(ctx, tx, c.now, staff.Act{
			Staff: c.by.ID, Act: "receipts.register", Object: fmt.Sprintf("member/%d", id), Detail: detail,
		})
		return submitted{id, born, r.Outcome, r.Reason, r.Receipt, r.Sum, r.Manual}, err
	}, nil
}

// whose is the member a submission names, who may be another one by now. A phone
// finds only whom it was proved to belong to; 0 is somebody to take in, see taker.
func (a *api) whose(c call, in submission) (int64, error) {
	if in.Phone == "" {
		return in.Member, nil
	}
	id, err := a.Members.FindByPhone(c.ctx, in.Phone)
	if errors.Is(err, member.ErrNotAPhone) {
		return 0, invalid{"phone must be a number with its country, such as +79001234567"}
	}
	if errors.Is(err, storage.ErrNotFound) && len(in.Consents) > 0 {
		return 0, nil
	}
	return id, err
}

// decision is the body of POST /receipts/{id}/decision.
type decision struct {
	Approve *bool  `json:"approve"`
	Sum     int64  `json:"sum"` // needed when the code leaves it open
	Reason  string `json:"reason"`
}

// decided is its answer.
type decided struct {
	Receipt int64 `json:"receipt"`
	Approve bool  `json:"approve"`
}

// decideReceipt records a reviewer's verdict.
func (a *api) decideReceipt(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in decision
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Approve == nil {
		return nil, invalid{"say whether the receipt is approved: true or false"}
	}
	if in.Reason == "" || !storable(in.Reason) {
		return nil, invalid{"give the reason of the decision in words: it stays in the record"}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		d := receipt.Decision{Receipt: id, Staff: c.by.ID, Approve: *in.Approve, Sum: in.Sum, Cause: review.Other, Note: in.Reason}
		err := a.Receipts.DecideTx(ctx, tx, c.now, d)
		if unclear, ok := errors.AsType[*receipt.SumError](err); ok {
			return nil, invalid{unclear.Error()}
		}
		if err != nil {
			return nil, err
		}
		err = staff.AuditTx(ctx, tx, c.now, staff.Act{
			Staff: c.by.ID, Act: "receipts.decide", Object: fmt.Sprintf("receipt/%d", id),
			Detail: map[string]any{"approve": *in.Approve},
		})
		return decided{id, *in.Approve}, err
	}, nil
}
