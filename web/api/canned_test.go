package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/staff"
)

// TestCannedReplies are at hand to whom they belong, print what is known of a member, and
// are not to be said when something is not.
func TestCannedReplies(t *testing.T) {
	t.Parallel()
	h := openTalk(t)
	keep := func(role staff.Role, path, key, body string) string {
		t.Helper()
		status, answer := h.ask(http.MethodPost, "/canned-replies"+path, h.tokens[role], key, body)
		kind, _ := answer["type"].(string)
		return strings.TrimSpace(fmt.Sprint(status, " ", strings.TrimPrefix(kind, "urn:besedka:problem:")))
	}
	got := []string{
		keep(staff.Operator, "", "1", `{"name": "/Баланс", "text": "Это {operator}, у вас {balance|число}", "team": true}`),
		keep(staff.Operator, "", "2", `{"name": "баланс", "text": "Иначе", "team": true}`),
		keep(staff.Operator, "", "3", `{"name": "баланс", "text": "Моё: {expires_next}"}`),
		keep(staff.Operator, "", "4", `{"name": "два слова", "text": "Да"}`),
		keep(staff.Operator, "", "5", `{"name": "чужое", "text": "{member.name}, добрый день"}`),
		keep(staff.Operator, "", "6", `{"name": "кривое", "text": "{balance"}`),
		keep(staff.Owner, "/2", "7", `{"name": "баланс", "text": "Чужое"}`),
		keep(staff.Owner, "/1/drop", "8", `{}`),
		keep(staff.Owner, "/1/drop", "9", `{}`),
		keep(staff.Operator, "", "10", `{"name": "баланс", "text": "Это {operator}, у вас {balance|число}", "team": true}`),
	}
	if diff := cmp.Diff([]string{"200", "409 name_taken", "200", "400 invalid", "400 invalid", "400 invalid", "404 not_found", "200", "404 not_found", "200"}, got); diff != "" {
		t.Error(diff)
	}
	offers := func(role staff.Role) (said []string) {
		t.Helper()
		_, answer := h.ask(http.MethodGet, h.path+"/canned-replies", h.tokens[role], "", "")
		for _, r := range answer["replies"].([]any) {
			one := r.(map[string]any)
			said = append(said, fmt.Sprint(one["name"], " ", one["team"], " ", one["text"], " ", one["missing"]))
		}
		return said
	}
	if diff := cmp.Diff([]string{"баланс false  [expires_next]", "баланс true Это operator, у вас 0 <nil>"}, offers(staff.Operator)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"баланс true Это owner, у вас 0 <nil>"}, offers(staff.Owner)); diff != "" {
		t.Error(diff)
	}
	h.must(staff.New(h.db).SetPartners(t.Context(), now, h.counted(`select id from staff where name = 'operator'`), []string{"a"}))
	if diff := cmp.Diff([]string{"баланс false  [expires_next]", "баланс true  [balance]"}, offers(staff.Operator)); diff != "" {
		t.Errorf("to who works for one partner: %s", diff)
	}
	h.does(staff.Operator, "take", "t", "")
	for _, text := range []string{"У вас {balance}", "{{ member.name }}, да", "{n|балл|балла}"} {
		if got, _ := h.does(staff.Operator, "reply", text, fmt.Sprintf(`{"text": %q, "seen": %.0f}`, text, h.newest())); got != "400 invalid" {
			t.Errorf("%s: %s", text, got)
		}
	}
}
