package api

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"testing"

	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/storage"
)

// atOnce asks four times at once, and wants one 200 and the rest refused; the answer is that of the 200.
func (d *desk) atOnce(path, body string) (done map[string]any) {
	d.t.Helper()
	var all sync.WaitGroup
	statuses, answers := make([]int, 4), make([]map[string]any, 4)
	for i := range statuses {
		all.Go(func() {
			statuses[i], answers[i] = d.ask("POST", path, d.tokens[staff.Reviewer], fmt.Sprint(path, i), body)
		})
	}
	all.Wait()
	refused := 0
	for i, s := range statuses {
		switch s {
		case http.StatusOK:
			done = answers[i]
		case http.StatusConflict:
			refused++
		}
	}
	if done == nil || refused != len(statuses)-1 {
		d.t.Fatalf("%s: answers %v %v, want one 200", path, statuses, answers)
	}
	return done
}

// Of many reviewers who join two members at once, or part them, one does; whose record an
// erasure took is not parted any more.
func TestMergesAreMadeAndUndoneOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	twin, _ := d.pairOf("twin")
	join := func() int {
		made := d.atOnce(fmt.Sprintf("/members/%d/merge", twin), fmt.Sprintf(`{"into": %d, "reason": "показал оба телефона"}`, d.member))
		return int(made["merge"].(float64))
	}
	undo := fmt.Sprintf("/merges/%d/undo", join())
	if m, err := d.people.Get(t.Context(), twin); err != nil || m.ID != d.member {
		t.Fatalf("the twin is %+v, %v, want member %d", m, err, d.member)
	}
	d.atOnce(undo, `{"reason": "это его сын"}`)
	if m, err := d.people.Get(t.Context(), twin); err != nil || m.ID != twin {
		t.Fatalf("the twin is %+v, %v, want themselves", m, err)
	}
	audited, err := storage.Value[int](t.Context(), d.db, `select count(*) from audit where act in ('members.merge', 'members.unmerge')`)
	if err != nil || audited != 2 {
		t.Errorf("%d acts are in the audit, %v, want 2", audited, err)
	}
	_, listed := d.ask("GET", fmt.Sprintf("/members/%d/merges", twin), d.tokens[staff.Reviewer], "", "")
	if all := listed["merges"].([]any); len(all) != 1 || all[0].(map[string]any)["undoneAt"] == nil {
		t.Errorf("merges: %v", listed)
	}
}

func TestErasedAreNotParted(t *testing.T) {
	t.Parallel()
	d := open(t)
	twin, _ := d.pairOf("twin")
	made := d.atOnce(fmt.Sprintf("/members/%d/merge", twin), fmt.Sprintf(`{"into": %d, "reason": "показал оба телефона"}`, d.member))
	list := seal.ErasuresBeside(filepath.Join(t.TempDir(), "master.key"))
	d.must(d.people.Erase(t.Context(), list, d.member, func(context.Context, storage.Tx) error { return nil }))
	status, answer := d.ask("POST", fmt.Sprintf("/merges/%d/undo", int(made["merge"].(float64))), d.tokens[staff.Reviewer], "late", `{"reason": "ошибка"}`)
	if status != http.StatusConflict || answer["type"] != "urn:besedka:problem:not_kept" {
		t.Errorf("%d %v, want not_kept", status, answer)
	}
	if kept, err := storage.Value[int](t.Context(), d.db, `select count(*) from member_merge_row`); err != nil || kept != 0 {
		t.Errorf("%d rows of the erased are kept, %v", kept, err)
	}
}
