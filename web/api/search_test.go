package api

import (
	"net/http"
	"testing"

	"besedka/core/staff"
	"besedka/storage"
)

// TestFindMembers: who is found is shown masked; the log has whom, and not what was asked.
func TestFindMembers(t *testing.T) {
	t.Parallel()
	d := open(t)
	status, answer := d.ask("POST", "/members/search", d.tokens[staff.Registrar], "", `{"q": "8 (900) 123-45-67"}`)
	found, _ := answer["members"].([]any)
	if status != http.StatusOK || len(found) != 1 {
		t.Fatalf("found: %d %v", status, answer)
	}
	one := found[0].(map[string]any)
	if one["id"] != float64(d.member) || one["by"] != "phone" || one["phones"].([]any)[0].(map[string]any)["masked"] != "+79•••••4567" {
		t.Errorf("found %v", one)
	}
	for q, want := range map[string]int{"": 400, `\u0000`: 400, "nobody": 200} {
		if status, answer := d.ask("POST", "/members/search", d.tokens[staff.Auditor], "", `{"q": "`+q+`"}`); status != want {
			t.Errorf("q=%s: %d %v", q, status, answer)
		}
	}
	detail, err := storage.Value[string](t.Context(), d.db, `select detail::text from audit where act = 'members.find' order by id limit 1`)
	if d.must(err); detail != `{"by":["phone"],"members":[1]}` {
		t.Errorf("the log has %s", detail)
	}
}
