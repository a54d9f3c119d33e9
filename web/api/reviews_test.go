package api

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/media"
	"besedka/core/staff"
	"besedka/storage"
)

// register takes a receipt in for the desk's member and returns its number.
func (d *desk) register(key string, fd int) float64 {
	d.t.Helper()
	qr := fmt.Sprintf("t=20261122T1400&s=1284.50&fn=7380440800512345&i=%d&fp=2719364810&n=1", fd)
	status, answer := d.ask("POST", "/receipts", d.tokens[staff.Registrar], key, fmt.Sprintf(`{"member": %d, "qr": %q}`, d.member, qr))
	if status != 200 {
		d.t.Fatalf("registered: %d %v", status, answer)
	}
	return answer["receipt"].(float64)
}

// work lets the crediting catch up.
func (d *desk) work() {
	d.t.Helper()
	for worked := true; worked; {
		var err error
		worked, _, err = d.receipts.CreditStep(d.t.Context(), now)
		d.must(err)
	}
}

// TestReviewFromListToEffect goes the way of a reviewer: the list, the task, taking
// it, deciding it; then what was credited is revoked.
func TestReviewFromListToEffect(t *testing.T) {
	t.Parallel()
	d := open(t)
	receipt := d.register("one", 4821)
	_, err := d.db.Exec(t.Context(), "update member set registered_at = $1", now)
	d.must(err)
	reviewer, owner := d.tokens[staff.Reviewer], d.tokens[staff.Owner]
	_, page := d.ask("GET", "/reviews?kind=receipt", reviewer, "", "")
	task := page["reviews"].([]any)[0].(map[string]any)
	path := fmt.Sprintf("/reviews/%v", task["id"])
	for query, want := range map[string]int{"?kind=sample": 0, "?kind=fraud": 0, "?kind=product": 0, "": 1} {
		if _, page := d.ask("GET", "/reviews"+query, reviewer, "", ""); len(page["reviews"].([]any)) != want {
			t.Errorf("%s: %v", query, page)
		}
	}
	if status, _ := d.ask("GET", "/reviews?kind=odd", reviewer, "", ""); status != 400 {
		t.Errorf("an odd kind: %d", status)
	}
	status, whole := d.ask("GET", path, reviewer, "", "")
	claims, _ := whole["claims"].([]any)
	if status != 200 || whole["receipt"] != receipt || whole["state"] != "manual" || len(claims) != 1 || whole["contents"] != nil {
		t.Errorf("the task: %d %v", status, whole)
	}
	decide := func(token, key, body string) (int, map[string]any) {
		return d.ask("POST", path+"/decision", token, key, body)
	}
	if status, _ := d.ask("POST", path+"/take", reviewer, "take", ""); status != 200 {
		t.Errorf("taken: %d", status)
	}
	if status, answer := decide(owner, "a", `{"approve": true, "cause": "paper_seen"}`); status != 409 || answer["type"] != "urn:besedka:problem:taken" {
		t.Errorf("decided under the reviewer's eyes: %d %v", status, answer)
	}
	var got []int
	for i, body := range []string{
		`{"cause": "paper_seen"}`, `{"approve": true}`, `{"approve": true, "cause": "forged"}`, `{"approve": true, "cause": "other"}`,
		`{"approve": true, "cause": "paper_seen", "note": "a NUL: \u0000"}`, `{"approve": true, "cause": "paper_seen", "why": 1}`,
	} {
		status, _ := decide(reviewer, fmt.Sprint("bad", i), body)
		got = append(got, status)
	}
	for range 2 { // the same key is the same request
		status, answer := decide(reviewer, "b", `{"approve": true, "cause": "paper_seen"}`)
		if got = append(got, status); answer["state"] != "verified" {
			t.Errorf("decided: %v", answer)
		}
	}
	status, answer := decide(reviewer, "c", `{"approve": false, "cause": "forged"}`)
	if diff := cmp.Diff([]int{400, 400, 400, 400, 400, 400, 200, 200, 409}, append(got, status)); diff != "" || answer["type"] != "urn:besedka:problem:decided" {
		t.Errorf("decisions: %s, at last %v", diff, answer)
	}
	revoke := func(key, body string) (int, map[string]any) {
		return d.ask("POST", fmt.Sprintf("/receipts/%v/revocation", receipt), reviewer, key, body)
	}
	if status, answer := revoke("r0", `{"reason": "fraud", "note": "n"}`); status != 409 || answer["type"] != "urn:besedka:problem:not_credited" {
		t.Errorf("revoked before it was credited: %d %v", status, answer)
	}
	d.work()
	for body, want := range map[string]int{
		`{"reason": "annulled", "note": "n"}`: 400, `{"reason": "fraud"}`: 400, `{"reason": "fraud", "note": "n", "release": true}`: 400,
	} {
		if status, _ := revoke("bad", body); status != want {
			t.Errorf("%s: %d, want %d", body, status, want)
		}
	}
	status, answer = revoke("r1", `{"reason": "staff_error", "note": "registered for the wrong person", "release": true}`)
	want := map[string]any{"receipt": receipt, "awarded": 6422.0, "taken": 6422.0, "expired": 0.0, "short": 0.0}
	if diff := cmp.Diff(want, answer); status != 200 || diff != "" {
		t.Errorf("revoked: %d %s", status, diff)
	}
	if again := d.register("two", 4821); again == receipt {
		t.Error("the paper could not be registered anew")
	}
	acts, err := storage.Value[[]string](t.Context(), d.db, "select array_agg(act order by id) from audit where act ~ 'reviews|revoke'")
	d.must(err)
	if diff := cmp.Diff([]string{"reviews.take", "reviews.decide", "receipts.revoke"}, acts); diff != "" {
		t.Errorf("audit: %s", diff)
	}
}

// TestSuspension: a member is suspended and let go by a person, once each, and the
// card says so.
func TestSuspension(t *testing.T) {
	t.Parallel()
	d := open(t)
	reviewer := d.tokens[staff.Reviewer]
	path := fmt.Sprintf("/members/%d", d.member)
	var got []any
	for i, step := range []struct{ path, body string }{
		{"/suspension/lift", `{"note": "n"}`},
		{"/suspension", `{"cause": "innocent"}`},
		{"/suspension", `{"cause": "other"}`},
		{"/suspension", `{"cause": "collected"}`},
		{"/suspension", `{"cause": "collected"}`},
		{"/suspension/lift", `{}`},
		{"/suspension/lift", `{"note": "a talk at the desk"}`},
	} {
		status, _ := d.ask("POST", path+step.path, reviewer, fmt.Sprint("k", i), step.body)
		_, card := d.ask("GET", path, reviewer, "", "")
		got = append(got, status, card["suspendedAt"] != nil)
	}
	if diff := cmp.Diff([]any{409, false, 400, false, 400, false, 200, true, 409, true, 400, true, 200, false}, got); diff != "" {
		t.Error(diff)
	}
	if status, _ := d.ask("POST", "/members/999/suspension", reviewer, "x", `{"cause": "forged"}`); status != 404 {
		t.Errorf("nobody was suspended: %d", status)
	}
}

// TestPhotoOfAClaim: a reviewer sees the picture that was sent as a receipt's and no
// other file, the looks are kept, and what was sent as a picture is never run.
func TestPhotoOfAClaim(t *testing.T) {
	t.Parallel()
	d := open(t)
	subjects, err := storage.Value[int64](t.Context(), d.db, "select id from subject where channel = $1", chat.Webchat)
	d.must(err)
	key, wrapped := d.keys.NewKey()
	_, err = d.db.Exec(t.Context(), "update subject set wrapped_key = $2 where id = $1", subjects, wrapped)
	d.must(err)
	for mime, want := range map[string]string{"image/png": "image/png", "text/html": "application/octet-stream", "image/svg+xml": "application/octet-stream"} {
		id, err := media.New(d.db, d.keys).Put(t.Context(), now, key, media.File{Subject: subjects, Mime: mime, Data: []byte(mime)})
		d.must(err)
		if status, _ := d.ask("GET", "/photos/"+id, d.tokens[staff.Reviewer], "", ""); status != 404 {
			t.Errorf("a file that is no receipt's: %d", status)
		}
		_, err = d.db.Exec(t.Context(), `insert into submission (key, member_id, subject_id, blob_id, qr, state, at)
			values ('inbox/' || $1, $2, $3, $1::text::uuid, '', 'refused', $4)`, id, d.member, subjects, now)
		d.must(err)
		req, err := http.NewRequestWithContext(t.Context(), "GET", d.url+"/api/v1/photos/"+id, nil)
		d.must(err)
		req.Header.Set("Authorization", "Bearer "+d.tokens[staff.Reviewer])
		resp, err := http.DefaultClient.Do(req)
		d.must(err)
		body, err := io.ReadAll(resp.Body)
		d.must(err)
		d.must(resp.Body.Close())
		if resp.StatusCode != 200 || string(body) != mime || resp.Header.Get("Content-Type") != want || resp.Header.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.HasPrefix(resp.Header.Get("Content-Security-Policy"), "sandbox") || resp.Header.Get("Content-Disposition") != "attachment" {
			t.Errorf("%s: %d %q %v", mime, resp.StatusCode, body, resp.Header)
		}
	}
	looks, err := storage.Value[int](t.Context(), d.db, "select count(*) from audit where act = 'photos.look' and object ~ '^photo/.{36}$'")
	if d.must(err); looks != 3 {
		t.Errorf("%d looks are kept, want 3", looks)
	}
	_, err = d.db.Exec(t.Context(), "update subject set wrapped_key = null where id = $1", subjects)
	d.must(err)
	id, err := storage.Value[string](t.Context(), d.db, "select id::text from blob limit 1")
	d.must(err)
	for _, gone := range []string{id, "none", "00000000-0000-8000-8000-000000000000"} {
		if status, _ := d.ask("GET", "/photos/"+gone, d.tokens[staff.Reviewer], "", ""); status != 404 {
			t.Errorf("%s: %d", gone, status)
		}
	}
}
