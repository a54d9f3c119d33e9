package api

import (
	"context"
	"fmt"

	"besedka/core/ledger"
	"besedka/core/receipt"
	"besedka/core/staff"
	"besedka/storage"
)

// revocation is the body of POST /receipts/{id}/revocation.
type revocation struct {
	Reason  receipt.Reason `json:"reason"`
	Note    string         `json:"note"`
	Release bool           `json:"release"`
}

func (r revocation) check() error {
	switch {
	case r.Reason != receipt.Fraud && r.Reason != receipt.StaffError:
		return invalid{"reason must be fraud or staff_error"}
	case r.Release && r.Reason != receipt.StaffError:
		return invalid{receipt.ErrKeepsKey.Error()}
	case r.Note == "" || !storable(r.Note):
		return invalid{"give the note in words: it stays in the record"}
	}
	return nil
}

// revoked is its answer.
type revoked struct {
	Receipt int64 `json:"receipt"`
	ledger.Reversed
}

// revokeReceipt takes back what a credited receipt brought.
func (a *api) revokeReceipt(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in revocation
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		back, err := a.Receipts.RevokeTx(ctx, tx, c.now, receipt.Revocation{
			Receipt: id, Reason: in.Reason, Staff: c.by.ID, Note: in.Note, Release: in.Release,
		})
		if err != nil {
			return nil, err
		}
		err = staff.AuditTx(ctx, tx, c.now, staff.Act{
			Staff: c.by.ID, Act: "receipts.revoke", Object: fmt.Sprintf("receipt/%d", id),
			Detail: map[string]any{"reason": in.Reason, "release": in.Release, "taken": back.Taken, "short": back.Short},
		})
		return revoked{id, back}, err
	}, nil
}
