package api

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/staff"
	"besedka/storage"
)

// TestRefund: a receipt that a person approved has no lines, so it comes back whole;
// what cannot be understood says so; a key does once what it does.
func TestRefund(t *testing.T) {
	t.Parallel()
	d := open(t)
	id := d.register("one", 4821)
	_, err := d.db.Exec(t.Context(), "update member set registered_at = $1", now)
	d.must(err)
	reviewer := d.tokens[staff.Reviewer]
	refund := func(key, body string) (int, map[string]any) {
		return d.ask("POST", fmt.Sprintf("/receipts/%v/refunds", id), reviewer, key, body)
	}
	var got []any
	tell := func(status int, answer map[string]any) {
		got = append(got, status, answer["type"])
	}
	tell(refund("early", `{"whole": true, "reason": "r"}`))
	if status, _ := d.ask("POST", fmt.Sprintf("/receipts/%v/decision", id), reviewer, "yes", `{"approve": true, "sum": 128450, "reason": "paper"}`); status != 200 {
		t.Fatalf("approved: %d", status)
	}
	d.work()
	for i, body := range []string{
		`{"reason": "r"}`, `{"whole": true}`, `{"whole": true, "lines": [{"line": 0}], "reason": "r"}`,
		`{"lines": [{"line": 0, "quantity": 1, "sum": 5}], "reason": "r"}`, `{"lines": [{"line": 0, "quantity": -1}], "reason": "r"}`,
	} {
		if status, answer := refund(fmt.Sprint("bad", i), body); status != 400 {
			t.Errorf("%s: %d %v", body, status, answer)
		}
	}
	tell(refund("lines", `{"lines": [{"line": 0}], "reason": "r"}`))
	for range 2 {
		status, answer := refund("all", `{"whole": true, "reason": "всё вернули"}`)
		if tell(status, answer); answer["taken"] != 6422.0 || answer["rest"] != 0.0 || answer["sum"] != 128450.0 {
			t.Errorf("taken off: %v", answer)
		}
	}
	tell(refund("more", `{"whole": true, "reason": "ещё раз"}`))
	_, err = d.db.Exec(t.Context(), "delete from idempotency where at <= $1", now)
	d.must(err)
	tell(refund("all", `{"lines": [{"line": 0}], "reason": "другое"}`)) // whose answer is forgotten, and the refund is not
	want := []any{409, "urn:besedka:problem:not_credited", 409, "urn:besedka:problem:only_whole", 200, nil, 200, nil, 409, "urn:besedka:problem:not_left", 409, "urn:besedka:problem:key_reused"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers: %s", diff)
	}
	_, why := d.ask("GET", fmt.Sprintf("/receipts/%v/why", id), reviewer, "", "")
	if refunds, _ := why["refunds"].([]any); len(refunds) != 1 || len(why["decisions"].([]any)) != 1 {
		t.Errorf("why: %v", why)
	}
	acts, err := storage.Value[int](t.Context(), d.db, "select count(*) from audit where act = 'receipts.refund'")
	if d.must(err); acts != 1 {
		t.Errorf("%d acts in the audit", acts)
	}
}
