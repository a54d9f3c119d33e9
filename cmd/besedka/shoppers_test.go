package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"besedka/web"
)

// TestShopperOfTheDemonstration comes by the web chat, calls people, is answered and given
// back, and asks the next thing; anew after a start they are the same one.
func TestShopperOfTheDemonstration(t *testing.T) {
	r := startRehearsal(t)
	anna := r.invites(t, "Анна")
	step := func() string {
		t.Helper()
		s := newShopper(r.site, 0, func() time.Time { return r.now(t) })
		if err := s.step(t.Context()); err != nil {
			t.Fatal(err)
		}
		lines, err := s.read(t.Context())
		if err != nil || len(lines) == 0 {
			t.Fatal(len(lines), err)
		}
		for i := len(lines) - 1; ; i-- {
			if lines[i].From == "shopper" {
				return lines[i].Text
			}
		}
	}
	wants := func(want string) {
		t.Helper()
		if got := step(); got != want {
			t.Fatalf("the shopper writes %q, want %q", got, want)
		}
	}
	ask := func(method, path, body string) string {
		t.Helper()
		status, answer := r.as(t, anna.Token, method, path, method+path+body, body)
		if status != http.StatusOK {
			t.Fatalf("%s %s: %d %s", method, path, status, answer)
		}
		return answer
	}
	for _, want := range []string{"Здравствуйте!", callPeople, questions[0][0], questions[0][0]} {
		wants(want)
	}
	var held struct{ Conversations []struct{ ID int64 } }
	if err := json.Unmarshal([]byte(ask("GET", "conversations", "")), &held); err != nil || len(held.Conversations) != 1 {
		t.Fatalf("%d conversations wait, %v", len(held.Conversations), err)
	}
	r.advance(t, patience)
	wants(stillHere)
	path := fmt.Sprintf("conversations/%d", held.Conversations[0].ID)
	ask("POST", path+"/take", "")
	ask("POST", path+"/reply", `{"text": "Уже в пути", "seen": 1000000}`)
	wants(thanks)
	wants(thanks)
	ask("POST", path+"/give-back", `{"seen": 1000000}`)
	wants(callPeople)
	wants(questions[0][1])
}

// TestShopperWaits: who has written so often waits without a word.
func TestShopperWaits(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	s := newShopper("", 1, func() time.Time { return at.Add(time.Hour) })
	lines := []web.Line{{From: "bot", Text: "Позвала человека"}, {From: "shopper", Text: s.asks[0], At: at}}
	var said []string
	for range 5 {
		text := s.next(lines)
		if text != "" {
			lines = append(lines, web.Line{From: "shopper", Text: text, At: at})
		}
		said = append(said, text)
	}
	if got := strings.Join(said, "|"); got != stillHere+"|"+stillHere+"|||" {
		t.Errorf("they write %q", got)
	}
	if len(s.peer) != 32 || s.peer == newShopper("", 2, time.Now).peer {
		t.Errorf("the shopper is %q", s.peer)
	}
}
