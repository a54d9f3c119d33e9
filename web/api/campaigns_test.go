package api

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/staff"
	"besedka/storage"
)

// TestCampaignStates: each move is done once for its key and kept in the log, and
// the list shows where campaigns stand, page by page.
func TestCampaignStates(t *testing.T) {
	t.Parallel()
	d := open(t)
	token := d.tokens[staff.Marketer]
	var got []string
	for _, try := range []struct{ key, campaign, body string }{
		{"a", "c", `{"state": "paused"}`},
		{"a", "c", `{"state": "stopped", "reason": "ошиблись"}`},
		{"a", "a%2Fb", `{"state": "draft", "reason": "готовим"}`},
		{"a", "c", `{"state": "paused", "reason": "ошиблись"}`},
		{"a", "c", `{"state": "paused", "reason": "ошиблись"}`},
		{"b", "c", `{"state": "draft", "reason": "назад"}`},
		{"c", "none", `{"state": "active", "reason": "опечатка"}`},
		{"d", "july", `{"state": "draft", "reason": "готовим"}`},
	} {
		status, answer := d.ask("POST", "/campaigns/"+try.campaign+"/state", token, try.key, try.body)
		got = append(got, fmt.Sprintf("%d %v", status, answer["from"]))
	}
	want := []string{"400 <nil>", "400 <nil>", "400 <nil>", "200 active", "200 active", "409 <nil>", "404 <nil>", "200 draft"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	acts, err := storage.Value[int64](t.Context(), d.db, "select count(*) from audit where act = 'campaigns.state'")
	if d.must(err); acts != 2 {
		t.Errorf("%d acts in the log, want 2", acts)
	}
	_, page := d.ask("GET", "/campaigns", d.tokens[staff.Organiser], "", "")
	var states []string
	for _, c := range page["campaigns"].([]any) {
		item := c.(map[string]any)
		states = append(states, fmt.Sprint(item["id"], " ", item["state"], " ", item["version"]))
	}
	if diff := cmp.Diff([]string{"c paused 1", "july draft 0"}, states); diff != "" || page["next"] != nil {
		t.Errorf("%v (-want +got):\n%s", page, diff)
	}
	for i := range pageRows {
		_, err := d.db.Exec(t.Context(), "insert into campaign (id, state) values ($1, 'draft')", fmt.Sprintf("many-%03d", i))
		d.must(err)
	}
	_, first := d.ask("GET", "/campaigns", token, "", "")
	_, rest := d.ask("GET", fmt.Sprintf("/campaigns?after=%v", first["next"]), token, "", "")
	if len(first["campaigns"].([]any)) != pageRows || len(rest["campaigns"].([]any)) != 2 || rest["next"] != nil {
		t.Errorf("pages of %d and %d, next %v", len(first["campaigns"].([]any)), len(rest["campaigns"].([]any)), rest["next"])
	}
}
