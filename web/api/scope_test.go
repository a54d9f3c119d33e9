package api

import (
	"fmt"
	"net/http"
	"testing"

	"besedka/core/staff"
	"besedka/storage"
)

// TestPartnersReceipts is A58: who works for partner A finds no receipt of partner B, a
// registrar changes no card, and both tries are in the log.
func TestPartnersReceipts(t *testing.T) {
	t.Parallel()
	d := open(t)
	people := staff.New(d.db)
	token := staff.NewToken()
	_, err := people.Invite(t.Context(), now, staff.Person{Name: "Вера", Roles: []staff.Role{staff.Reviewer}, Partners: []string{"a"}}, token)
	d.must(err)
	for id, partner := range []string{"a", "b", ""} {
		_, answer := d.ask("POST", "/receipts", d.tokens[staff.Registrar], fmt.Sprint(id), fmt.Sprintf(`{"member": %d, "qr": "t=20261122T1400&s=1284.50&fn=7380440800512345&i=%d&fp=2719364810&n=1"}`, d.member, id+1))
		if answer["outcome"] != "taken" {
			t.Fatal(answer)
		}
		if partner != "" {
			_, err := d.db.Exec(t.Context(), `insert into receipt_place (receipt_id, inn, address, verdict, partner, store, format, category, zone, book, trace, at)
				values ($1, '', '', 'accepted', $2, 's', '', '', '', '', '', $3)`, id+1, partner, now)
			d.must(err)
		}
	}
	for path, want := range map[string]int{
		"/receipts/2/why": 404, "/receipts/3/why": 404, "/receipts/99/why": 404, "/receipts/2/goods": 404, "/reviews/1": 200, "/reviews/2": 404, "/places": 404, "/photos/none": 404,
	} {
		if status, answer := d.ask("GET", path, token, "", ""); status != want {
			t.Errorf("%s: %d %v, want %d", path, status, answer, want)
		}
	}
	_, answer := d.ask("GET", "/reviews", token, "", "")
	if rows := answer["reviews"].([]any); len(rows) != 1 || rows[0].(map[string]any)["receipt"] != 1.0 {
		t.Errorf("the queue of who works for a: %v", answer)
	}
	if _, all := d.ask("GET", "/reviews", d.tokens[staff.Reviewer], "", ""); len(all["reviews"].([]any)) != 3 {
		t.Errorf("the queue of who works for all: %v", all)
	}
	for key, want := range []any{1.0, nil} { // theirs, and passed over there is no other
		_, answer := d.ask("POST", "/reviews/next", token, fmt.Sprint("next", key), "")
		taken, _ := answer["taken"].(map[string]any)
		if taken["task"] != want {
			t.Errorf("the next task: %v, want %v", answer, want)
		}
		d.ask("POST", "/reviews/1/skip", token, fmt.Sprint("skip", key), "")
	}
	if status, _ := d.ask("POST", "/cards/2900000000018/status", d.tokens[staff.Registrar], "k", `{"status": "blocked", "reason": "x"}`); status != http.StatusForbidden {
		t.Errorf("a registrar changes a card: %d", status)
	}
	for _, q := range []string{
		`select count(*) from audit where act = 'access.refused' and object = 'receipt/2' and detail ->> 'route' = 'GET /receipts/{id}/why' and detail ->> 'why' = 'partner'`,
		`select count(*) from audit where act = 'access.refused' and object = 'POST /cards/{number}/status' and detail ->> 'why' = 'cards.change'`,
	} {
		if n, err := storage.Value[int64](t.Context(), d.db, q); err != nil || n != 1 {
			t.Errorf("%d, %v: %s", n, err, q)
		}
	}
	d.must(people.SetPartners(t.Context(), now, 9, nil))
	if status, _ := d.ask("GET", "/reviews/2", token, "", ""); status != 200 {
		t.Errorf("who works for all by now: %d", status)
	}
}
