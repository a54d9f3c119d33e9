package api

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"besedka/core/member"
	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/flows"
	"besedka/storage"
)

// erase is what cmd does, less the other packages.
func (d *desk) erase(ctx context.Context, tx storage.Tx, now time.Time, e member.Erasing) error {
	if err := d.people.EraseTx(ctx, tx, seal.ErasuresBeside(filepath.Join(d.t.TempDir(), "master.key")), e.Member); err != nil {
		return err
	}
	return member.CertifyTx(ctx, tx, now, e)
}

// TestWishesOfAMember: an edit, a consent, a look, an erasure and its certificate, each once
// and each in the log, which names nobody.
func TestWishesOfAMember(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.programme.Location = time.UTC
	d.programme.Consents = map[string]*flows.Document{"advertising": {Version: "a1"}}
	d.programme.Profile = flows.Profile{Fields: []flows.Field{{Name: "name", Type: flows.NameType, Sealed: true}, {Name: "birthday", Type: flows.DateType}}}
	at := fmt.Sprintf("/members/%d", d.member)
	for i, tt := range []struct {
		role       staff.Role
		path, body string
		want       int
		problem    string
	}{
		{staff.Registrar, "/profile", `{"answers": {"name": "Анна", "birthday": "1990-05-12"}}`, 200, ""},
		{staff.Registrar, "/profile", `{"answers": {"name": "Анна"}}`, 409, "no_change"},
		{staff.Registrar, "/profile", `{"answers": {"name": "<b>"}}`, 400, "invalid"},
		{staff.Registrar, "/profile", `{"answers": {"surname": "Петрова"}}`, 400, "invalid"},
		{staff.Registrar, "/profile", `{"answers": {"birthday": null}}`, 200, ""},
		{staff.Operator, "/consents", `{"kind": "advertising", "granted": true, "reason": "подписала"}`, 200, ""},
		{staff.Operator, "/consents", `{"kind": "advertising", "granted": true, "reason": "подписала"}`, 409, "no_change"},
		{staff.Operator, "/consents", `{"kind": "rules", "granted": true, "reason": "подписала"}`, 400, "invalid"},
		{staff.Reviewer, "/reveal", `{"ground": "call", "reason": ""}`, 400, "invalid"},
		{staff.Owner, "/erasure", `{"ground": "mood"}`, 400, "invalid"},
	} {
		status, answer := d.ask("POST", at+tt.path, d.tokens[tt.role], fmt.Sprint("k", i), tt.body)
		if status != tt.want || tt.problem != "" && answer["type"] != "urn:besedka:problem:"+tt.problem {
			t.Errorf("%s %s: %d %v, want %d %s", tt.path, tt.body, status, answer, tt.want, tt.problem)
		}
	}
	_, plain := d.ask("POST", at+"/reveal", d.tokens[staff.Reviewer], "r", `{"ground": "call", "reason": "обещали перезвонить"}`)
	if plain["answers"].(map[string]any)["name"] != "Анна" || plain["phones"].([]any)[0].(map[string]any)["number"] != "+79001234567" {
		t.Errorf("revealed: %v", plain)
	}
	if n := d.counted(`select count(*) from idempotency where convert_from(body, 'UTF8') ~ 'Анна|9001234'`); n != 0 {
		t.Error("the kept answer has personal data")
	}
	if _, story := d.ask("GET", at+"/story", d.tokens[staff.Auditor], "", ""); len(story["events"].([]any)) < 4 {
		t.Errorf("the story: %v", story)
	}
	if status, _ := d.ask("GET", at+"/story?before=x", d.tokens[staff.Auditor], "", ""); status != 400 {
		t.Errorf("no cursor: %d", status)
	}
	if status, _ := d.ask("GET", at+"/certificate", d.tokens[staff.Owner], "", ""); status != 404 {
		t.Errorf("a certificate of the living: %d", status)
	}
	if status, answer := d.ask("POST", at+"/erasure", d.tokens[staff.Owner], "e", `{"ground": "letter"}`); status != 200 {
		t.Fatalf("erased: %d %v", status, answer)
	}
	if _, c := d.ask("GET", at+"/certificate", d.tokens[staff.Owner], "", ""); c["ground"] != "letter" || c["by"] != "owner" || c["chats"] != 1.0 {
		t.Errorf("the certificate: %v", c)
	}
	if _, found := d.ask("POST", "/members/search", d.tokens[staff.Owner], "", `{"q": "89001234567"}`); len(found["members"].([]any)) != 0 {
		t.Errorf("found: %v", found)
	}
	if status, answer := d.ask("POST", at+"/profile", d.tokens[staff.Owner], "g", `{"answers": {"name": "Анна"}}`); status != 409 || answer["type"] != "urn:besedka:problem:erased" {
		t.Errorf("about nobody: %d %v", status, answer)
	}
	if n := d.counted(`select count(*) from audit where detail::text ~ 'Анна|1990|9001234'`); n != 0 {
		t.Error("the log names somebody")
	}
}

func (d *desk) counted(sql string) int64 {
	d.t.Helper()
	n, err := storage.Value[int64](d.t.Context(), d.db, sql)
	d.must(err)
	return n
}
