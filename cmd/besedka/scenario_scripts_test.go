package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// scriptwriter is a program of a marketer's.
type scriptwriter struct {
	rehearsed
	agent
	n int
}

// does asks as the marketer and reads the answer; a status other than want is fatal.
func (w *scriptwriter) does(t *testing.T, want int, method, path string, body, into any) {
	t.Helper()
	text := ""
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		text = string(raw)
	}
	w.n++
	status, answer := w.as(t, w.Token, method, path, fmt.Sprint("s", w.n), text)
	if status != want {
		t.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	if into != nil {
		if err := json.Unmarshal([]byte(answer), into); err != nil {
			t.Fatal(err)
		}
	}
}

// sheet is what the scenario reads of one.
type sheet struct {
	Draft    struct{ Version int64 }
	Live     struct{ Release string }
	Ready    bool
	Problems []struct{ Code string }
	Waiting  []struct{ Ru string }
}

// TestScenarioScripts: a draft that takes a step away strands who waits there and is not
// published until it says where they go on; then they do. Going back asks nobody
// anything: who waits finishes where they are.
func TestScenarioScripts(t *testing.T) {
	r := startRehearsal(t)
	w := &scriptwriter{rehearsed: r}
	r.must(t, "POST", "staff", fields{"name": "Анна", "roles": []string{"marketer"}}, &w.agent)
	r.asksTown(t, "7001")
	var begun struct{ Draft int64 }
	w.does(t, http.StatusOK, "POST", "drafts", nil, &begun)
	draft := fmt.Sprintf("drafts/%d", begun.Draft)
	w.rewrites(t, draft, "flows/onboarding.yaml", "\n  city:", "\n  town:")
	w.rewrites(t, draft, "locales/en/onboarding.yaml", "city.", "town.")
	shown := w.sheet(t, draft)
	if shown.Ready || len(shown.Problems) != 1 || shown.Problems[0].Code != "L220" {
		t.Fatalf("whoever waits at the step is not missed: %+v", shown)
	}
	w.does(t, http.StatusConflict, "POST", draft+"/publish", fields{"version": shown.Draft.Version, "live": shown.Live.Release, "reason": "короче"}, nil)

	w.rewrites(t, draft, "flows/onboarding.yaml", "\nsteps:", "\nmoved: { city: town }\nsteps:")
	shown = w.sheet(t, draft)
	if !shown.Ready || len(shown.Waiting) != 1 || shown.Waiting[0].Ru != "onboarding/city: ждут 1 - продолжат на onboarding/town" {
		t.Fatalf("told where to go on: %+v", shown)
	}
	var published struct{ Release, Name, Before string }
	w.does(t, http.StatusOK, "POST", draft+"/publish", fields{"version": shown.Draft.Version, "live": shown.Live.Release, "reason": "короче"}, &published)
	if published.Name != "Анна" || published.Before != shown.Live.Release {
		t.Errorf("published is %+v", published)
	}
	if heard := r.do(t, "telegram", "7001", fields{"text": "Казань"}); !strings.Contains(heard, "дети") {
		t.Errorf("who waited hears %q", heard)
	}

	r.asksTown(t, "7002")
	var history struct{ Publications []struct{ ID int64 } }
	w.does(t, http.StatusOK, "GET", "releases", nil, &history)
	w.does(t, http.StatusOK, "POST", fmt.Sprintf("releases/%d/back", history.Publications[1].ID), fields{"live": published.Release, "reason": "рано"}, &published)
	if published.Release != shown.Live.Release {
		t.Errorf("back is %+v", published)
	}
	if heard := r.do(t, "telegram", "7002", fields{"text": "Тула"}); !strings.Contains(heard, "дети") {
		t.Errorf("who waited in the later release hears %q", heard)
	}
}

// asksTown lets somebody come as far as the question about their town.
func (r rehearsed) asksTown(t *testing.T, from string) {
	t.Helper()
	r.do(t, "telegram", from, fields{"text": "/start"})
	r.do(t, "telegram", from, fields{"button": "Согласие даю"})
	r.do(t, "telegram", from, fields{"text": "Вера"})
	if heard := r.do(t, "telegram", from, fields{"text": "12.05.1990"}); !strings.Contains(heard, "город") {
		t.Fatalf("%s hears %q", from, heard)
	}
}

// rewrites saves another text of a file of a draft.
func (w *scriptwriter) rewrites(t *testing.T, draft, name, was, is string) {
	t.Helper()
	var f struct{ Text, Hash string }
	w.does(t, http.StatusOK, "GET", draft+"/file?path="+name, nil, &f)
	text := strings.ReplaceAll(f.Text, was, is)
	if text == f.Text {
		t.Fatalf("%s has no %q", name, was)
	}
	w.does(t, http.StatusOK, "POST", draft+"/file", fields{"path": name, "text": text, "seen": f.Hash}, nil)
}

func (w *scriptwriter) sheet(t *testing.T, draft string) (s sheet) {
	t.Helper()
	w.does(t, http.StatusOK, "GET", draft+"/sheet", nil, &s)
	return s
}
