package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// api makes one request of staff and returns what came.
func (r rehearsed) api(t *testing.T, method, path, body string) string {
	t.Helper()
	status, text := r.staff(t, method, path, path+body, body)
	if status != http.StatusOK {
		t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	return text
}

// staff makes one request of staff, a mutation under a key.
func (r rehearsed) staff(t *testing.T, method, path, key, body string) (status int, answer string) {
	t.Helper()
	return r.as(t, r.token, method, path, key, body)
}

// as is staff by whoever has the token.
func (r rehearsed) as(t *testing.T, token, method, path, key, body string) (status int, answer string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, r.site+"/api/v1/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Idempotency-Key", key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return resp.StatusCode, string(text)
}

// playSurvey: a reward waits for the registration; a member's link is answered by
// somebody on the web, who learns nothing, and pays the member, once.
func playSurvey(t *testing.T, r rehearsed) {
	for _, line := range []struct {
		act  fields
		want string
	}{
		{fields{"text": "опрос"}, "1 из 3"},
		{fields{"text": "никогда"}, "2 из 3"},
		{fields{"button": "Не успеваю"}, "3 из 3"},
		{fields{"text": "9"}, "как только познакомимся"},
	} {
		if got := r.do(t, "webchat", "eva", line.act); !strings.Contains(got, line.want) {
			t.Fatalf("%v: heard %q, want %q", line.act, got, line.want)
		}
	}
	if got := r.member(t, "webchat", "eva").points(); got != 0 {
		t.Errorf("who is not registered has %d points", got)
	}
	r.register(t, "webchat", "eva")
	if m := r.member(t, "webchat", "eva"); m.points() != 2000 || m.Statement[0].Reason != "Три вопроса о завтраке" {
		t.Errorf("registered, %d points: %+v", m.points(), m.Statement)
	}

	r.register(t, "telegram", "5150")
	carol := r.member(t, "telegram", "5150")
	r.do(t, "telegram", "5150", fields{"text": "опрос"})
	r.do(t, "telegram", "5150", fields{"button": "Каждый день"})
	var made struct{ URL string }
	if err := json.Unmarshal([]byte(r.api(t, "POST", "surveys/breakfast/links", fmt.Sprintf(`{"member": %d}`, carol.ID))), &made); err != nil {
		t.Fatal(err)
	}
	link, err := url.Parse(made.URL)
	if err != nil || link.Path != "/chat" {
		t.Fatalf("the link %s: %v", made.URL, err)
	}
	heard := ""
	for _, act := range []fields{{"text": "/start " + link.Query().Get("start")}, {"button": "Почти никогда"}, {"button": "Не хочется"}, {"text": "10"}, {"text": "баланс"}} {
		heard += r.do(t, "webchat", "guest", act)
	}
	if !strings.Contains(heard, "1 из 3") || !strings.Contains(heard, "получит тот, кому пришла ссылка") || strings.Contains(heard, "Анна") || strings.Contains(heard, "продолжим") {
		t.Errorf("a guest heard %s", heard)
	}
	if got := r.member(t, "webchat", "guest").points(); got != 0 {
		t.Errorf("the guest has %d points", got)
	}
	r.do(t, "telegram", "5150", fields{"text": "10"}) // where it was left
	if got := r.do(t, "telegram", "5150", fields{"text": "опрос"}); !strings.Contains(got, "Спасибо") && !strings.Contains(got, "спасибо") {
		t.Errorf("begun again: %s", got)
	}
	if got := r.member(t, "telegram", "5150").points(); got != 2000 {
		t.Errorf("%d points, want 2000 once", got)
	}
	var results struct {
		Started, Completed, LeftAtStart int64
		Questions                       []struct {
			ID   string
			Left int64
		}
	}
	if err := json.Unmarshal([]byte(r.api(t, "GET", "surveys/breakfast/results?by=channel", "")), &results); err != nil {
		t.Fatal(err)
	}
	sum := results.Completed + results.LeftAtStart
	for _, q := range results.Questions {
		sum += q.Left
	}
	if results.Completed < 2 || sum != results.Started {
		t.Errorf("results: %+v", results)
	}
	if lines := bytes.Count([]byte(r.api(t, "GET", "surveys/breakfast/answers.csv", "")), []byte("\n")); int64(lines) != results.Started+1 {
		t.Errorf("%d lines of answers, want %d", lines, results.Started+1)
	}
}
