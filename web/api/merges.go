package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/problem"
)

// merges is the answer of GET /members/{id}/merges.
type merges struct {
	Merges []member.Merge `json:"merges"`
}

// listMerges asks by the very number in the address: that of whoever is part of another
// member has its own past.
func (a *api) listMerges(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	if _, err := a.Members.Get(c.ctx, id); err != nil {
		return nil, err
	}
	all, err := a.Members.Merges(c.ctx, id)
	return merges{all}, err
}

// wantedMerge is the body of POST /members/{id}/merge.
type wantedMerge struct {
	Into   int64  `json:"into"`
	Reason string `json:"reason"`
}

// merged is its answer.
type merged struct {
	Merge int64 `json:"merge"`
	From  int64 `json:"from"`
	Into  int64 `json:"into"`
}

// mergeMember makes a member part of another whom they turned out to be.
func (a *api) mergeMember(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in wantedMerge
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Into <= 0 || in.Into == id {
		return nil, invalid{"into must be the number of another member"}
	}
	if err := inWords(in.Reason); err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		merge, err := a.Members.MergeIntoTx(ctx, tx, c.now, id, in.Into, "staff")
		if err != nil {
			return nil, err
		}
		return merged{merge, id, in.Into}, staff.AuditTx(ctx, tx, c.now, staff.Act{
			Staff: c.by.ID, Act: "members.merge", Object: fmt.Sprintf("merge/%d", merge),
			Detail: map[string]any{"from": id, "into": in.Into, "reason": in.Reason},
		})
	}, nil
}

func inWords(reason string) error {
	if reason == "" || !storable(reason) {
		return invalid{"give the reason in words: it stays in the record"}
	}
	return nil
}

// reason is the body of POST /merges/{id}/undo.
type reason struct {
	Reason string `json:"reason"`
}

// undone is its answer: who is apart again, and the points that went back, in minor units.
type undone struct {
	Merge  int64            `json:"merge"`
	From   int64            `json:"from"`
	Into   int64            `json:"into"`
	Points map[string]int64 `json:"points"`
}

// undoMerge makes two members of one again.
func (a *api) undoMerge(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in reason
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if err := inWords(in.Reason); err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		p, err := a.Members.UnmergeTx(ctx, tx, c.now, id, c.by.ID)
		if err != nil {
			return nil, err
		}
		back, err := ledger.UnmergeTx(ctx, tx, ledger.Unmerge{From: p.From, Into: p.Into, Lots: p.Lots, Holds: p.Holds, At: c.now})
		if err != nil {
			return nil, err
		}
		return undone{id, p.From, p.Into, back}, staff.AuditTx(ctx, tx, c.now, staff.Act{
			Staff: c.by.ID, Act: "members.unmerge", Object: fmt.Sprintf("merge/%d", id),
			Detail: map[string]any{"from": p.From, "into": p.Into, "points": back, "reason": in.Reason},
		})
	}, nil
}

// refuseMerge tells why two members were not joined, or not parted.
func refuseMerge(w http.ResponseWriter, err error) bool {
	one, inseparable := errors.AsType[*member.Inseparable](err)
	switch {
	case inseparable:
		problem.Write(w, http.StatusConflict, "inseparable", one.Error())
	case errors.Is(err, member.ErrMerged):
		problem.Write(w, http.StatusConflict, "merged", member.ErrMerged.Error())
	case errors.Is(err, member.ErrUndone):
		problem.Write(w, http.StatusConflict, "undone", member.ErrUndone.Error())
	case errors.Is(err, member.ErrNotKept):
		problem.Write(w, http.StatusConflict, "not_kept", member.ErrNotKept.Error())
	case errors.Is(err, member.ErrMergeLater):
		problem.Write(w, http.StatusConflict, "merged_later", member.ErrMergeLater.Error())
	case errors.Is(err, ledger.ErrReserved):
		problem.Write(w, http.StatusConflict, "reserved", ledger.ErrReserved.Error())
	default:
		return false
	}
	return true
}
