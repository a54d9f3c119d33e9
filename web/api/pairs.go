package api

import (
	"context"
	"fmt"

	"besedka/core/member"
	"besedka/core/staff"
	"besedka/storage"
)

// pairs is a page of members who may be one person.
type pairs struct {
	Pairs []member.Pair `json:"pairs"`
	Next  int64         `json:"next,omitempty"`
}

func (a *api) listPairs(c call) (any, error) {
	after, err := c.after()
	if err != nil {
		return nil, err
	}
	rows, err := a.Members.Pairs(c.ctx, after, pageRows+1)
	if err != nil {
		return nil, err
	}
	shown, next := page(rows, func(p member.Pair) int64 { return p.ID })
	return pairs{shown, next}, nil
}

// verdict is the body of POST /pairs/{id}/decision.
type verdict struct {
	Verdict member.Verdict `json:"verdict"`
	Note    string         `json:"note"`
}

// decidedPair is its answer: who the two are by now.
type decidedPair struct {
	Pair    int64          `json:"pair"`
	Verdict member.Verdict `json:"verdict"`
	Members []int64        `json:"members"`
}

// decidePair joins two members whom a person found to be one, or tells them apart for
// good.
func (a *api) decidePair(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in verdict
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Verdict != member.VerdictJoined && in.Verdict != member.VerdictDifferent {
		return nil, invalid{"verdict must be joined or different"}
	}
	if in.Note == "" || !storable(in.Note) {
		return nil, invalid{"give the note in words: it stays in the record"}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		p, err := a.Members.SettleTx(ctx, tx, c.now, id, c.by.ID, in.Verdict)
		if err != nil {
			return nil, err
		}
		out := decidedPair{Pair: id, Verdict: in.Verdict, Members: []int64{p.One, p.Other}}
		if in.Verdict == member.VerdictJoined {
			into, err := a.Members.MergeTx(ctx, tx, c.now, p.One, p.Other, "staff")
			if err != nil {
				return nil, err
			}
			out.Members = []int64{into}
		}
		return out, staff.AuditTx(ctx, tx, c.now, staff.Act{
			Staff: c.by.ID, Act: "members." + string(in.Verdict), Object: fmt.Sprintf("pair/%d", id),
			Detail: map[string]any{"one": p.One, "other": p.Other, "reason": p.Reason, "members": out.Members, "note": in.Note},
		})
	}, nil
}
