package api

import (
	"context"
	"fmt"

	"besedka/core/member"
	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/core/staff"
	"besedka/storage"
)

// suspension is the body of POST /members/{id}/suspension.
type suspension struct {
	Cause review.Cause `json:"cause"`
	Note  string       `json:"note"`
}

// lift is the body of POST /members/{id}/suspension/lift.
type lift struct {
	Note string `json:"note"`
}

// suspended is the answer of both.
type suspended struct {
	Member    int64 `json:"member"`
	Suspended bool  `json:"suspended"`
}

// suspendMember keeps a member's receipts from being credited.
func (a *api) suspendMember(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in suspension
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if !in.Cause.Fits(false) {
		return nil, invalid{"cause must be not_found, forged, collected, ineligible or other"}
	}
	if err := noted(in.Cause, in.Note); err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		err := a.Members.SuspendTx(ctx, tx, c.now, member.Suspension{Member: id, Staff: c.by.ID, Cause: in.Cause, Note: in.Note})
		if err != nil {
			return nil, err
		}
		err = staff.AuditTx(ctx, tx, c.now, staff.Act{
			Staff: c.by.ID, Act: "members.suspend", Object: fmt.Sprintf("member/%d", id), Detail: map[string]any{"cause": in.Cause},
		})
		return suspended{id, true}, err
	}, nil
}

// liftSuspension lets go on what was kept.
func (a *api) liftSuspension(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in lift
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Note == "" || !storable(in.Note) {
		return nil, invalid{"give the note in words: it stays in the record"}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		if err := a.Members.LiftTx(ctx, tx, c.now, member.Suspension{Member: id, Staff: c.by.ID, Note: in.Note}); err != nil {
			return nil, err
		}
		if err := receipt.WakeTx(ctx, tx, c.now, id); err != nil {
			return nil, err
		}
		err := staff.AuditTx(ctx, tx, c.now, staff.Act{Staff: c.by.ID, Act: "members.lift", Object: fmt.Sprintf("member/%d", id)})
		return suspended{id, false}, err
	}, nil
}
