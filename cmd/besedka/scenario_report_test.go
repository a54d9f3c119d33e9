package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/receipt"
	"besedka/core/report"
	"besedka/core/staff"
)

// TestReportScenarios plays the acceptance scenarios of the organiser's figures over HTTP.
// Groups below five are hidden, so those of A55 come to a day that has some already.
func TestReportScenarios(t *testing.T) {
	r := startRehearsal(t)
	r.asksGender(t)
	r.token = r.organiser(t)
	owner := rehearsed{r.site, "secret", r.folder, r.buys, r.asks}
	for i := range 18 {
		owner.joins(t, fmt.Sprint("first-", i), []string{"Женщина", "Мужчина"}[i/12], "12.05.1990")
	}
	t.Run("A55: +3 members (2 F, 1 M), 5 receipts (1 duplicate) → within 5 s members +3, credited +4, duplicates +1, F 66.7 % of the new", func(t *testing.T) {
		before := r.today(t)
		for i, gender := range []string{"Женщина", "Женщина", "Мужчина"} {
			owner.joins(t, fmt.Sprint("more-", i), gender, "12.05.1990")
		}
		qr := ""
		for range 4 {
			qr = owner.receipt(t, 10000, nil)
			owner.do(t, "telegram", "more-0", fields{"photo": fields{"qr": qr}})
		}
		owner.do(t, "telegram", "more-0", fields{"photo": fields{"qr": qr}})
		owner.advance(t, 5*time.Second)
		after := r.today(t)
		women := after.Members.Splits[1].Groups[0]
		got := []any{
			after.Members.Registered.From - before.Members.Registered.From, after.Receipts.In(receipt.Credited) - before.Receipts.In(receipt.Credited),
			after.Receipts.Duplicates - before.Receipts.Duplicates, women.Name, women.Members, *women.Share, after.Receipts.Sent,
		}
		want := []any{int64(3), int64(4), int64(1), "f", report.Count{From: 14, To: 14}, int64(6667), int64(5)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		member := owner.member(t, "telegram", "more-0")
		if p := after.Points; len(p) != 1 || p[0].Issued != member.points() || p[0].Spent != 0 || p[0].Held != 0 {
			t.Errorf("points of the day %+v, the member has %d", p, member.points())
		}
	})
	t.Run("A56: organiser export has no phone, name, chat id; age in bands; a cell of 4 shows «<5»", func(t *testing.T) {
		for i := range 4 {
			owner.joins(t, fmt.Sprint("younger-", i), "Мужчина", "12.05.2005")
		}
		text := r.api(t, "GET", "reports/today.csv", "")
		for _, line := range []string{"members,,,registered,25", "members,age,18-24,registered,<5", "members,age,35-44,registered,21–24", "members,gender,f,registered,14", "members,gender,m,registered,11", "receipts,duplicates,,receipts,1"} {
			if !strings.Contains(text, line+"\n") {
				t.Errorf("without %s:\n%s", line, text)
			}
		}
		told := map[string]bool{"`coupons`": true, "`waiting`": true} // this programme draws none, and nobody stands at a question
		for line := range strings.Lines(text) {
			section, _, _ := strings.Cut(line, ",")
			told["`"+section+"`"] = true
		}
		for _, row := range table(t, readDoc(t, "docs/today.md"), "| в файле") {
			if !told[row[0]] {
				t.Errorf("docs/today.md tells of %s, which is not in the file:\n%s", row[0], text)
			}
			delete(told, row[0])
		}
		if delete(told, "`section`"); len(told) > 0 {
			t.Errorf("docs/today.md does not tell of %v", told)
		}
		for _, person := range []string{"Евлампия", "9001234567", "first-", "more-", "younger-", "12.05", "1990", "Казань"} {
			if strings.Contains(text, person) {
				t.Errorf("the file tells %q:\n%s", person, text)
			}
		}
		for _, path := range []string{"members/1", "coupons?number=1", "reviews", "conversations", "surveys/breakfast/links"} {
			if status, answer := r.staff(t, "GET", path, "", ""); status == http.StatusOK {
				t.Errorf("an organiser read %s: %s", path, answer)
			}
		}
	})
}

// asksGender gives the questionnaire one more closed question.
func (r rehearsed) asksGender(t *testing.T) {
	t.Helper()
	for name, change := range map[string][2]string{
		"profile.yaml": {"  children:\n", "  gender: { type: choice, consent: personal_data, title: Пол, options: { f: Ж, m: М } }\n  children:\n"},
		"flows/onboarding.yaml": {"  children:\n    skip", `  gender:
    skip: profile.gender
    ask: "Вы женщина или мужчина?"
    buttons: { f: "Женщина", m: "Мужчина" }
    retry: ["Нажмите одну из кнопок, пожалуйста."]
    save: gender
  children:
    skip`},
		"locales/en/onboarding.yaml": {"children.ask:", "gender.ask: \"Are you a woman or a man?\"\ngender.buttons: { f: \"A woman\", m: \"A man\" }\ngender.retry: [\"Tap one of the buttons, please.\"]\nchildren.ask:"},
		"locales/en/profile.yaml":    {"fields.children.title:", "fields.gender.title: \"Gender\"\nfields.gender.options.f: \"F\"\nfields.gender.options.m: \"M\"\nfields.children.title:"},
	} {
		path := filepath.Join(r.folder, name)
		text, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(path, []byte(strings.Replace(string(text), change[0], change[1], 1)), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	r.advance(t, 0)
}

// organiser is the token of one.
func (r rehearsed) organiser(t *testing.T) string {
	t.Helper()
	token := staff.NewToken()
	_, err := staff.New(r.database(t)).Invite(t.Context(), r.now(t), staff.Person{Name: "Олег", Roles: []staff.Role{staff.Organiser}}, token)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// joins takes a person through the questionnaire.
func (r rehearsed) joins(t *testing.T, from, gender, born string) {
	t.Helper()
	for _, act := range []fields{
		{"text": "/start"},
		{"button": "Согласие даю"},
		{"text": "Евлампия"},
		{"text": born},
		{"text": "Казань"},
		{"button": gender},
		{"button": "Нет"},
		{"button": "От друзей"},
		{"button": "Пропустить"},
	} {
		r.do(t, "telegram", from, act)
	}
}

func (r rehearsed) today(t *testing.T) (today report.Today) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.api(t, "GET", "reports/today", "")), &today); err != nil {
		t.Fatal(err)
	}
	return today
}
