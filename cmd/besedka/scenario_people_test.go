package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"besedka/storage"
)

// TestScenarioPeople is A57 and A58, on one rehearsal: whoever is taken in at the desk is
// recognised in a chat; erased they are found by nothing, no copy of the database has their
// number, the sums stay and a certificate tells what was done. Who works for one partner finds
// no receipt of another, a registrar changes no card, and both tries are in the log.
func TestScenarioPeople(t *testing.T) {
	r := startRehearsal(t)
	db := r.database(t)
	r.register(t, "telegram", "first") // whoever is taken in on paper signs what they agreed to
	anna := r.deskJoinsChat(t, "5757", "+79160005757")
	r.scopedStaff(t, db, anna)

	total := func() int64 {
		n, err := storage.Value[int64](t.Context(), db, `select coalesce(sum(balance), 0) from account where kind = 'member'`)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := total()
	if r.found(t, "8 916 000-57-57") != anna || before <= 0 {
		t.Fatalf("member %d is not found before they are erased, or nobody has points: %d", anna, before)
	}
	if status, answer := r.staff(t, "POST", fmt.Sprintf("members/%d/erasure", anna), "e", `{"ground": "letter"}`); status != http.StatusOK {
		t.Fatalf("erased: %d %s", status, answer)
	}
	r.advance(t, time.Minute)
	if got := r.found(t, "8 916 000-57-57"); got != 0 {
		t.Errorf("the phone finds member %d", got)
	}
	for table, rows := range copied(t, db) {
		if strings.Contains(rows, "9160005757") || strings.Contains(rows, "916 000") {
			t.Errorf("%s has the number", table)
		}
		if table == "erasure_certificate" && rows == "" {
			t.Error("the copy is none")
		}
	}
	if got := total(); got != before {
		t.Errorf("members had %d points together, and have %d", before, got)
	}
	r.booksRight(t)
	var certificate struct {
		Ground          string
		Chats, Receipts int
		Member          int64
	}
	if err := json.Unmarshal([]byte(r.api(t, "GET", fmt.Sprintf("members/%d/certificate", anna), "")), &certificate); err != nil {
		t.Fatal(err)
	}
	if certificate.Ground != "letter" || certificate.Member != anna || certificate.Chats != 2 || certificate.Receipts == 0 {
		t.Errorf("the certificate: %+v", certificate)
	}
}

// copied is every row of every table, as text.
func copied(t *testing.T, db *storage.DB) map[string]string {
	t.Helper()
	type named struct {
		Name string `db:"name"`
	}
	tables, err := storage.Collect[named](t.Context(), db, `select tablename::text as name from pg_tables where schemaname = 'public'`)
	if err != nil || len(tables) < 50 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	all := map[string]string{}
	for _, table := range tables {
		if all[table.Name], err = storage.Value[string](t.Context(), db, `select coalesce(string_agg(t::text, E'\n'), '') from `+table.Name+` t`); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// deskJoinsChat takes somebody in at the desk, who then shows the number in the chat.
func (r rehearsed) deskJoinsChat(t *testing.T, from, phone string) (member int64) {
	t.Helper()
	version := ""
	for _, c := range r.member(t, "telegram", "first").Consents {
		if c.Kind == "personal_data" {
			version = c.Version
		}
	}
	var out struct{ Member int64 }
	body := fmt.Sprintf(`{"phone": %q, "consents": {"personal_data": %q}, "qr": %q}`, phone, version, r.receipt(t, 100_000, nil))
	if status := r.told(t, "POST", "receipts", r.key(), body, &out); status != http.StatusOK {
		t.Fatalf("taken in: %d", status)
	}
	r.advance(t, time.Minute)
	for _, act := range []fields{
		{"text": "/start"},
		{"button": "Согласие даю"},
		{"text": "Анна"},
		{"text": "12.05.1990"},
		{"text": "Казань"},
		{"button": "Нет"},
		{"button": "От друзей"},
		{"contact": fields{"phone": phone, "own": true}},
	} {
		r.do(t, "telegram", from, act)
	}
	member = r.member(t, "telegram", from).ID
	if r.found(t, phone) != member || member != out.Member {
		t.Fatalf("the desk knows %d, the chat %d; heard:\n%s", out.Member, member, r.heard(t, "telegram", from))
	}
	return member
}

// found is the one member whom a search finds, 0 for none.
func (r rehearsed) found(t *testing.T, text string) int64 {
	t.Helper()
	var answer struct{ Members []struct{ ID int64 } }
	if status := r.told(t, "POST", "members/search", "", fmt.Sprintf(`{"q": %q}`, text), &answer); status != http.StatusOK {
		t.Fatalf("search: %d", status)
	}
	if len(answer.Members) == 0 {
		return 0
	}
	return answer.Members[0].ID
}

// scopedStaff is A58.
func (r rehearsed) scopedStaff(t *testing.T, db *storage.DB, member int64) {
	t.Helper()
	items := []fields{{"name": "Хлеб", "price": 40_000, "quantity": 1, "sum": 40_000}}
	qr := r.receipt(t, 40_000, fields{"receipt": fields{"items": items, "totalSum": 40_000, "userInn": "3310000006", "retailPlaceAddress": "Суздаль г, Луговая ул, дом 5"}})
	var bought struct{ Receipt int64 }
	if status := r.told(t, "POST", "receipts", r.key(), fmt.Sprintf(`{"member": %d, "qr": %q}`, member, qr), &bought); status != http.StatusOK {
		t.Fatalf("bought: %d", status)
	}
	r.advance(t, time.Minute)
	path := fmt.Sprintf("receipts/%d/place", bought.Receipt)
	for partner, want := range map[string]int{"lavka": http.StatusOK, "u_polyanki": http.StatusNotFound} {
		var a agent
		r.must(t, "POST", "staff", fields{"name": partner, "roles": []string{"reviewer"}, "partners": []string{partner}}, &a)
		if status, answer := r.as(t, a.Token, "GET", path, "", ""); status != want {
			t.Errorf("who works for %s: %d %s, want %d", partner, status, answer, want)
		}
	}
	var registrar agent
	r.must(t, "POST", "staff", fields{"name": "Рита", "roles": []string{"registrar"}}, &registrar)
	if status, _ := r.as(t, registrar.Token, "POST", "cards/2900000000018/status", "k", `{"status": "blocked", "reason": "x"}`); status != http.StatusForbidden {
		t.Errorf("a registrar changes a card: %d", status)
	}
	for _, object := range []string{fmt.Sprintf("receipt/%d", bought.Receipt), "POST /cards/{number}/status"} {
		n, err := storage.Value[int64](t.Context(), db, `select count(*) from audit where act = 'access.refused' and object = $1`, object)
		if err != nil || n != 1 {
			t.Errorf("%d refusals of %s are in the log, %v", n, object, err)
		}
	}
}
