package api

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"besedka/core/chat"
	"besedka/core/staff"
	"besedka/storage"
)

// pairOf lets somebody new type the number of d.member, and returns who it is and which
// question that is to staff.
func (d *desk) pairOf(name string) (other, pair int64) {
	d.t.Helper()
	d.must(d.db.InTx(d.t.Context(), func(ctx context.Context, tx storage.Tx) error {
		who, err := d.people.SubjectsTx(ctx, tx, now, chat.Webchat, []string{name})
		if err != nil {
			return err
		}
		other = who[0].Member
		return d.people.ClaimPhoneTx(ctx, tx, now, who[0], "+79001234567")
	}))
	pairs, err := d.people.Pairs(d.t.Context(), 0, 100)
	d.must(err)
	return other, pairs[len(pairs)-1].ID
}

// Of two reviewers who settle a pair at once one does; who is told apart is not shown
// again, and who is joined is one member.
func TestPairsAreSettledOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	reviewer := d.tokens[staff.Reviewer]
	_, apart := d.pairOf("stranger")
	twin, same := d.pairOf("twin")
	decide := func(key string, pair int64, body string) (int, map[string]any) {
		return d.ask("POST", fmt.Sprintf("/pairs/%d/decision", pair), reviewer, key, body)
	}
	for _, body := range []string{`{}`, `{"verdict": "joined"}`, `{"verdict": "maybe", "note": "?"}`} {
		if status, _ := decide("bad", same, body); status != http.StatusBadRequest {
			t.Errorf("%s: %d", body, status)
		}
	}
	if status, _ := decide("none", 1<<40, `{"verdict": "joined", "note": "?"}`); status != http.StatusNotFound {
		t.Errorf("an unknown pair: %d", status)
	}
	_, listed := d.ask("GET", "/pairs", reviewer, "", "")
	if n := len(listed["pairs"].([]any)); n != 2 {
		t.Fatalf("%d pairs are listed, want 2", n)
	}
	var all sync.WaitGroup
	statuses := make([]int, 4)
	for i := range statuses {
		all.Go(func() {
			statuses[i], _ = decide(fmt.Sprint("at once ", i), same, `{"verdict": "joined", "note": "пришла с обеими картами"}`)
		})
	}
	all.Wait()
	counts := map[int]int{}
	for _, s := range statuses {
		counts[s]++
	}
	if counts[http.StatusOK] != 1 || counts[http.StatusConflict] != len(statuses)-1 {
		t.Errorf("answers %v, want one 200", statuses)
	}
	if m, err := d.people.Get(t.Context(), twin); err != nil || m.ID != d.member {
		t.Errorf("the twin is %+v, %v, want member %d", m, err, d.member)
	}
	if status, out := decide("apart", apart, `{"verdict": "different", "note": "сестра"}`); status != http.StatusOK || len(out["members"].([]any)) != 2 {
		t.Errorf("told apart: %d %v", status, out)
	}
	if _, listed = d.ask("GET", "/pairs", reviewer, "", ""); len(listed["pairs"].([]any)) != 0 {
		t.Errorf("still listed: %v", listed)
	}
	audited, err := storage.Value[int](t.Context(), d.db, `select count(*) from audit where act in ('members.joined', 'members.different')`)
	if err != nil || audited != 2 {
		t.Errorf("%d acts are in the audit, %v, want 2", audited, err)
	}
}
