package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"besedka/core/chat"
	"besedka/core/staff"
	"besedka/storage"
)

// TestStaffJoinAFamily: by the rules by which members join themselves, once however many
// ask for it at once, and both are told.
func TestStaffJoinAFamily(t *testing.T) {
	t.Parallel()
	d := open(t)
	var other int64
	d.must(d.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		subjects, err := d.people.SubjectsTx(ctx, tx, now, chat.Webchat, []string{"other", "third"})
		if err == nil {
			other = subjects[0].Member
			_, err = d.people.RegisterTx(ctx, tx, now, d.member)
		}
		return err
	}))
	third := other + 1
	join := func(head, guest int64, key string) (int, string) {
		status, answer := d.ask("POST", fmt.Sprintf("/members/%d/family", head), d.tokens[staff.Registrar], key, fmt.Sprintf(`{"member": %d, "reason": "попросили"}`, guest))
		kind, _ := answer["type"].(string)
		return status, strings.TrimPrefix(kind, "urn:besedka:problem:")
	}
	if status, code := join(d.member, other, "early"); status != http.StatusConflict || code != "not_registered" {
		t.Errorf("who has not registered: %d %v", status, code)
	}
	d.must(d.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		for _, m := range []int64{other, third} {
			if _, err := d.people.RegisterTx(ctx, tx, now, m); err != nil {
				return err
			}
		}
		return nil
	}))
	var g errgroup.Group
	statuses := make([]int, 2)
	for i := range statuses {
		g.Go(func() error {
			statuses[i], _ = join(d.member, other, fmt.Sprint("join", i))
			return nil
		})
	}
	d.must(g.Wait())
	if statuses[0]+statuses[1] != http.StatusOK+http.StatusConflict {
		t.Errorf("two at once are answered with %v", statuses)
	}
	for _, tt := range []struct {
		head, guest int64
		code        string
	}{{d.member, other, "same_family"}, {other, third, "not_head"}, {third, other, "of_a_family"}, {d.member, third, "family_full"}} {
		if status, code := join(tt.head, tt.guest, fmt.Sprint("again", tt.head, tt.guest)); status != http.StatusConflict || code != tt.code {
			t.Errorf("%d and %d: %d %v, want %s", tt.head, tt.guest, status, code, tt.code)
		}
	}
	if f := d.get(fmt.Sprintf("/members/%d/family", other)); f["head"] != float64(d.member) || len(f["members"].([]any)) != 2 {
		t.Errorf("the family is %v", f)
	}
	told, err := storage.Value[int64](t.Context(), d.db, `select count(*) from inbox where dedupe_key like 'event/staff/%/family/%'`)
	if err != nil || told != 2 {
		t.Errorf("%d are told, %v, want both, once", told, err)
	}
}
