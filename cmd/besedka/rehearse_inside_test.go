package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	fakemax "besedka/bots/fake/max"
	fake "besedka/bots/fake/telegram"
)

// TestRehearseTelegram: what only Telegram has, walked as people do.
func TestRehearseTelegram(t *testing.T) {
	r := startRehearsal(t)
	r.register(t, "telegram", "77")
	id := r.member(t, "telegram", "77").ID
	if said := r.do(t, "telegram", "77", fields{"file": fields{"kind": "voice", "base64": []byte("ogg")}}); !strings.Contains(said, "Слушать я не умею") {
		t.Errorf("a voice message is answered with %s", said)
	}
	r.do(t, "telegram", "77", fields{"text": "балланс"})
	if said := r.do(t, "telegram", "77", fields{"edit": "баланс"}); !strings.Contains(said, "Правка видна") {
		t.Errorf("a late edit is answered with %s", said)
	}
	history := r.api(t, http.MethodGet, "/conversations/1/history", "")
	for _, want := range []string{`"kind":"voice"`, `"blob":"`, `"edits":"m`, `"text":"балланс"`, `"state":"sent"`} {
		if !strings.Contains(history, want) {
			t.Errorf("the history has no %s: %s", want, history)
		}
	}
	s := r.inside(t, 77)
	said := s.says(t, "баланс")
	if !strings.Contains(said, "Пока пусто") {
		t.Errorf("inside Telegram the same person hears %s", said)
	}
	if again := r.inside(t, 77).ask(t, http.MethodGet, "/api/chat/messages", ""); !strings.Contains(again, "Пока пусто") {
		t.Errorf("who comes again is in another chat: %s", again)
	}
	if other := r.inside(t, 78).ask(t, http.MethodGet, "/api/chat/messages", ""); strings.Contains(other, "Пока пусто") {
		t.Errorf("another person is in the same chat: %s", other)
	}
	if after := r.member(t, "telegram", "77").ID; after != id {
		t.Errorf("member %d has become %d", id, after)
	}
	for _, forged := range []string{"", "user=%7B%22id%22%3A77%7D&auth_date=1&hash=00"} {
		if status, _ := r.enter(t, "telegram", forged); status != http.StatusUnauthorized {
			t.Errorf("%q is let in: %d", forged, status)
		}
	}
	r.insideMax(t)
}

// session is a web chat inside a messenger.
type session struct{ site, cookie string }

// inside opens the Mini App as a person of Telegram.
func (r rehearsed) inside(t *testing.T, person int64) session {
	t.Helper()
	status, cookie := r.enter(t, "telegram", fake.New("1:rehearsal", func() time.Time { return r.now(t) }).InitData(person))
	if status != http.StatusNoContent || cookie == "" {
		t.Fatalf("%d is not let in: %d", person, status)
	}
	return session{r.site, cookie}
}

// insideMax: the Mini App in MAX is of who has opened it there, and Telegram's word of
// them is none in MAX.
func (r rehearsed) insideMax(t *testing.T) {
	t.Helper()
	r.register(t, "max", "91")
	id := r.member(t, "max", "91").ID
	now := func() time.Time { return r.now(t) }
	status, cookie := r.enter(t, "max", fakemax.New("rehearsal", now).InitData("91"))
	if status != http.StatusNoContent {
		t.Fatalf("MAX's person is not let in: %d", status)
	}
	if said := (session{r.site, cookie}).says(t, "баланс"); !strings.Contains(said, "Пока пусто") && !strings.Contains(said, "Бонусов пока 0") {
		t.Errorf("inside MAX the same person hears %s", said)
	}
	if after := r.member(t, "max", "91").ID; after != id {
		t.Errorf("member %d has become %d", id, after)
	}
	if status, _ := r.enter(t, "max", fake.New("1:rehearsal", now).InitData(91)); status != http.StatusUnauthorized {
		t.Errorf("Telegram's word is taken for MAX's: %d", status)
	}
}

func (r rehearsed) enter(t *testing.T, channel, data string) (status int, cookie string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"data": data})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(r.site+"/api/chat/app/"+channel, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for _, c := range resp.Cookies() {
		cookie = c.Name + "=" + c.Value
	}
	return resp.StatusCode, cookie
}

// says writes in the chat and returns all of it once the bot has answered.
func (s session) says(t *testing.T, text string) string {
	t.Helper()
	s.ask(t, http.MethodPost, "/api/chat/messages", fmt.Sprintf(`{"key": "key-%d", "text": %q}`, time.Now().UnixNano(), text))
	for range 10_000 {
		if said := s.ask(t, http.MethodGet, "/api/chat/messages", ""); strings.Contains(said, `"from":"bot"`) {
			return said
		}
	}
	t.Fatal("the bot says nothing")
	return ""
}

func (s session) ask(t *testing.T, method, path, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.site+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Cookie", s.cookie)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= http.StatusBadRequest {
		t.Fatalf("%s %s: %d %s %v", method, path, resp.StatusCode, answer, err)
	}
	return string(answer)
}
