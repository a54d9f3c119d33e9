package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/consent"
	"besedka/core/member"
	"besedka/core/member/intake"
	"besedka/core/staff"
)

func (d *desk) imports(members *member.Service) *intake.Service {
	return &intake.Service{DB: d.db, Keys: d.keys, Members: members, Terms: func() intake.Terms {
		return intake.Terms{
			Zone: time.UTC, Documents: map[consent.Kind]string{consent.PersonalData: "v1"},
			Fields: []intake.Field{{Name: "name", Sealed: true, Called: true, Takes: func(string, time.Time) bool { return true }}},
		}
	}}
}

// steps does what the loop of serve does.
func (d *desk) steps() {
	d.t.Helper()
	for s, worked := d.imports(d.people), true; worked; {
		var err error
		worked, _, err = s.Step(d.t.Context(), now)
		d.must(err)
	}
}

// TestImport takes a list from its upload to its end, and refuses what is out of order.
func TestImport(t *testing.T) {
	t.Parallel()
	d := open(t)
	owner := d.tokens[staff.Owner]
	does := func(path, key, body string) string {
		status, answer := d.ask(http.MethodPost, path, owner, key, body)
		if status != http.StatusOK {
			return fmt.Sprint(status, " ", strings.TrimPrefix(answer["type"].(string), "urn:besedka:problem:"))
		}
		return fmt.Sprint(status, " ", answer["id"], " ", answer["new"])
	}
	shown := func() (state any, figures any) {
		status, answer := d.ask(http.MethodGet, "/imports/1", owner, "", "")
		if status != http.StatusOK {
			t.Fatalf("%d %v", status, answer)
		}
		return answer["state"], answer["figures"]
	}
	const file = "А,Б\n+79001234567,Анна\n+79001234568,=1+1\n12,Пётр\n"
	const basis = `{"documents": ["personal_data"], "ground": "paper", "kept": "папка 3", "on": "2024-03-01"}`
	for _, step := range []struct{ path, key, body, want string }{
		{"/imports", "a", "\x00", "400 invalid"},
		{"/imports", "b", "+79001234567,Анна\n+79001234568,Вера\n", "400 invalid"},
		{"/imports", "c", file, "200 1 true"},
		{"/imports", "c", file, "200 1 true"},
		{"/imports", "d", file, "200 1 false"},
		{"/imports/1/run", "e", basis, "409 import_state"},
		{"/imports/1/check", "f", `{"columns": ["phone"]}`, "400 invalid"},
		{"/imports/1/check", "g", `{"columns": ["phone", "field:name"]}`, "200 1 <nil>"},
	} {
		if got := does(step.path, step.key, step.body); got != step.want {
			t.Errorf("%s %q: %s, want %s", step.path, step.body, got, step.want)
		}
	}
	d.steps()
	if state, figures := shown(); state != "checked" || cmp.Diff(map[string]any{"new": 1., "known": 1., "doubtful": 0., "refused": 1., "unseen": 0., "done": 0.}, figures) != "" {
		t.Errorf("%v %v", state, figures)
	}
	_, text := d.fetch("/imports/1/report.csv", staff.Owner)
	if want := "3,new,false,,,,,,,'+79•••••4568,,\n4,refused,false,,phone,А,,it is not a telephone number,"; !strings.Contains(text, want) || strings.Contains(text, "+7900123") {
		t.Errorf("the report:\n%s", text)
	}
	for _, step := range []struct{ path, key, body, want string }{
		{"/imports/1/run", "h", `{"documents": ["personal_data"]}`, "400 invalid"},
		{"/imports/1/run", "i", basis, "200 1 <nil>"},
		{"/imports/1/stop", "j", "", "200 1 <nil>"},
		{"/imports/1/run", "k", "{}", "200 1 <nil>"},
	} {
		if got := does(step.path, step.key, step.body); got != step.want {
			t.Errorf("%s %q: %s, want %s", step.path, step.body, got, step.want)
		}
	}
	d.steps()
	if state, figures := shown(); state != "done" || figures.(map[string]any)["done"] != 2. {
		t.Errorf("%v %v", state, figures)
	}
	if got := does("/imports/1/drop", "l", ""); got != "409 import_state" {
		t.Errorf("dropped: %s", got)
	}
	if id, err := d.people.FindByPhone(t.Context(), "+79001234568"); err != nil || id == 0 {
		t.Errorf("member %d, %v", id, err)
	}
}

// TestImportIsOfAll: who works for some partners brings nobody.
func TestImportIsOfAll(t *testing.T) {
	t.Parallel()
	d := open(t)
	token := staff.NewToken()
	_, err := staff.New(d.db).Invite(t.Context(), now, staff.Person{Name: "Пётр", Roles: []staff.Role{staff.Owner}, Partners: []string{"aroma"}}, token)
	d.must(err)
	for _, r := range routes {
		if !strings.HasPrefix(r.path, "/imports") {
			continue
		}
		if status, answer := d.ask(r.method, strings.Replace(r.path, "{id}", "1", 1), token, "k"+r.path, "{}"); status != http.StatusForbidden {
			t.Errorf("%s %s: %d %v", r.method, r.path, status, answer)
		}
	}
}
