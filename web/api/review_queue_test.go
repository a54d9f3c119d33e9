package api

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/receipt"
	"besedka/core/staff"
	"besedka/flows"
	"besedka/storage"
)

// TestQueue works through tasks as a console would: next, skip, photo, a decision of a
// taking that is over, the pace.
func TestReviewQueue(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.register("one", 4821)
	d.register("two", 4822)
	reviewer, owner := d.tokens[staff.Reviewer], d.tokens[staff.Owner]
	next := func(token, key, body string) (task, fence float64) {
		t.Helper()
		status, answer := d.ask("POST", "/reviews/next", token, key, body)
		taken, _ := answer["taken"].(map[string]any)
		if status != 200 {
			t.Fatalf("next: %d %v", status, answer)
		}
		if taken == nil {
			return 0, 0
		}
		return taken["task"].(float64), taken["fence"].(float64)
	}
	first, fence := next(reviewer, "n1", `{"kinds": ["receipt"]}`)
	if again, _ := next(reviewer, "n1", `{"kinds": ["receipt"]}`); again != first {
		t.Errorf("the same request takes %v, took %v", again, first)
	}
	if none, _ := next(owner, "n0", `{"kinds": ["sample"]}`); none != 0 {
		t.Errorf("of no such kind: %v", none)
	}
	if status, _ := d.ask("POST", "/reviews/next", owner, "odd", `{"kinds": ["odd"]}`); status != 400 {
		t.Errorf("an odd kind: %d", status)
	}
	at := func(task float64, act string) string { return fmt.Sprintf("/reviews/%v/%s", task, act) }
	refused := func(key, path, token, body, want string) {
		t.Helper()
		status, answer := d.ask("POST", path, token, key, body)
		if status != 409 || answer["type"] != "urn:besedka:problem:"+want {
			t.Errorf("%s: %d %v, want %s", path, status, answer, want)
		}
	}
	fenced := fmt.Sprintf(`{"fence": %v}`, fence)
	refused("p0", at(first, "photo"), reviewer, fenced, "speechless")
	d.programme.Listen = append(d.programme.Listen, &flows.Listen{Event: receipt.EventUnclear, Run: "x"})
	_, err := d.db.Exec(t.Context(), `update subject set wrapped_key = null`) // whom nothing is known of any more
	d.must(err)
	refused("p1", at(first, "photo"), reviewer, fenced, "no_chat")
	_, err = d.db.Exec(t.Context(), `update subject set wrapped_key = ''`)
	d.must(err)
	if status, answer := d.ask("POST", at(first, "photo"), reviewer, "p2", fenced); status != 200 {
		t.Errorf("asked: %d %v", status, answer)
	}
	refused("p3", at(first, "photo"), owner, "", "asked")
	refused("d1", at(first, "decision"), reviewer, fmt.Sprintf(`{"approve": false, "cause": "unreadable", "fence": %v}`, fence), "lost")
	second, fence2 := next(reviewer, "n2", "")
	if status, _ := d.ask("POST", at(second, "skip"), reviewer, "s", fmt.Sprintf(`{"fence": %v}`, fence2)); status != 200 || second == first {
		t.Errorf("skipped %v: %d", second, status)
	}
	if none, _ := next(reviewer, "n3", ""); none != 0 {
		t.Errorf("what was skipped comes back at once: %v", none)
	}
	other, fence3 := next(owner, "n4", "")
	refused("t", at(other, "skip"), reviewer, "", "taken")
	body := fmt.Sprintf(`{"approve": true, "cause": "paper_seen", "fence": %v}`, fence3)
	if status, answer := d.ask("POST", at(other, "decision"), owner, "d2", body); status != 200 || other != second {
		t.Errorf("decided %v: %d %v", other, status, answer)
	}
	if _, pace := d.ask("GET", "/reviews/pace", owner, "", ""); pace["hour"] != 1.0 || pace["day"] != 1.0 {
		t.Errorf("the pace: %v", pace)
	}
	acts, err := storage.Value[[]string](t.Context(), d.db, "select array_agg(act order by id) from audit where act ~ 'reviews'")
	d.must(err)
	if diff := cmp.Diff([]string{"reviews.take", "reviews.photo", "reviews.take", "reviews.skip", "reviews.take", "reviews.decide"}, acts); diff != "" {
		t.Errorf("audit: %s", diff)
	}
}
