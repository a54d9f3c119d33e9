package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/staff"
)

// TestStaff invites a person, changes what they may, keeps them out and lets them in again;
// the same request answers the same link, and the last owner stays.
func TestStaff(t *testing.T) {
	t.Parallel()
	d := open(t)
	owner := d.tokens[staff.Owner]
	does := func(path, key, body string) string {
		d.t.Helper()
		status, answer := d.ask(http.MethodPost, "/staff"+path, owner, key, body)
		if status != http.StatusOK {
			return fmt.Sprint(status, " ", strings.TrimPrefix(answer["type"].(string), "urn:besedka:problem:"))
		}
		link, _ := answer["link"].(string)
		return strings.TrimSpace(fmt.Sprint(status, " ", answer["staff"], " ", link))
	}
	const oleg = `{"name": "Олег", "roles": ["operator"]}`
	first := does("", "oleg", oleg)
	if !strings.HasPrefix(first, "200 9 https://bonus.example.ru/console/invitation/") || does("", "oleg", oleg) != first {
		t.Fatalf("invited: %s", first)
	}
	if next := does("/9/link", "again", ""); !strings.HasPrefix(next, "200 9 https://") || next == first {
		t.Errorf("another link: %s", next)
	}
	var got []string
	for i, r := range []struct{ path, body string }{
		{"", `{"name": " ", "roles": ["operator"]}`},
		{"", `{"name": "Олег", "roles": ["king"]}`},
		{"/9/roles", `{"roles": []}`},
		{"/9/roles", `{"roles": ["auditor", "reviewer"]}`},
		{"/9/suspend", ""},
		{"/9/suspend", ""},
		{"/9/return", ""},
		{"/9/sign-out", ""},
		{"/9/leave", ""},
		{"/9/return", ""},
		{"/99/leave", ""},
		{"/1/leave", ""},
		{"/1/suspend", ""},
		{"/1/roles", `{"roles": ["auditor"]}`},
	} {
		got = append(got, does(r.path, fmt.Sprint(i), r.body))
	}
	want := []string{
		"400 invalid", "400 invalid", "400 invalid", "200 9", "200 9", "409 not_here", "200 9", "200 9", "200 9", "409 not_here", "409 not_here",
		"409 last_owner", "409 last_owner", "409 last_owner",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, shown := d.ask(http.MethodGet, "/staff/9", owner, "", "")
	if shown["state"] != "left" || shown["name"] != "Олег" || len(shown["roles"].([]any)) != 2 {
		t.Errorf("shown: %v", shown)
	}
}
