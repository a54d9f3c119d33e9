package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/hook"
	"besedka/core/hook/receiver"
)

// TestScenarioWebhooks connects a help desk as docs/webhooks.md does it: what happens in a
// conversation reaches it in order and signed, with a failure on the way, and its answer
// by the API reaches the shopper.
func TestScenarioWebhooks(t *testing.T) {
	desk := receiver.Open()
	t.Cleanup(desk.Close)
	r := startRehearsal(t, "--webhook-private-hosts", desk.Host())
	asked, told := webhookExamples(t)
	_, asked, _ = strings.Cut(asked, `"events"`)
	status, answer := r.as(t, r.token, "POST", "webhooks", "desk-1", fmt.Sprintf(`{"url": %q, "events"%s`, desk.Address(), strings.Replace(asked, `"conversation.given_back"`, `"message.staff", "conversation.taken", "conversation.given_back"`, 1)))
	var made struct{ Secret string }
	if err := json.Unmarshal([]byte(answer), &made); err != nil || status != http.StatusOK {
		t.Fatalf("made: %d %s", status, answer)
	}
	desk.Knows(made.Secret)
	failed := false
	desk.Misbehaves(func(g receiver.Got) (f receiver.Fault) {
		if !failed && g.Type == hook.FromShopper {
			failed, f = true, receiver.Down
		}
		return f
	})
	r.register(t, "telegram", "5454")
	r.do(t, "telegram", "5454", fields{"text": "оператор"})
	r.do(t, "telegram", "5454", fields{"text": "Где мой приз?"})
	anna := r.invites(t, "Анна")
	path := fmt.Sprintf("conversations/%d", r.conversation(t, anna, r.member(t, "telegram", "5454").ID))
	r.as(t, anna.Token, "POST", path+"/take", "t", "")
	r.advance(t, 60e9)
	all := desk.All()
	if len(all) != 3 || all[1].Data.Message == nil {
		t.Fatalf("the desk took %+v", all)
	}
	if status, answer := r.as(t, anna.Token, "POST", path+"/reply", "r", fmt.Sprintf(`{"text": "Приз уже в пути", "seen": %d}`, all[1].Data.Message.ID)); status != http.StatusOK {
		t.Fatalf("reply to the event: %d %s", status, answer)
	}
	r.do(t, "telegram", "5454", fields{"text": "хватит"})
	var got []hook.Kind
	for _, g := range desk.All() {
		got = append(got, g.Type)
	}
	want := []hook.Kind{hook.Queued, hook.FromShopper, hook.Taken, hook.FromColleague, hook.FromShopper, hook.GivenBack}
	if diff := cmp.Diff(want, got); diff != "" || desk.Forged() != 0 {
		t.Errorf("%d forged (-want +got):\n%s", desk.Forged(), diff)
	}
	if diff := cmp.Diff(keysOf(t, told), keysOf(t, desk.All()[4].Raw)); diff != "" {
		t.Errorf("the document's event (-) and one that came (+):\n%s", diff)
	}
	if _, log := r.as(t, r.token, "GET", "webhooks/1/attempts", "", ""); strings.Count(log, `"told"`) != 6 || strings.Count(log, `"status":503`) != 1 {
		t.Errorf("the log: %s", log)
	}
}

// webhookExamples are what the document asks for, and the event that it shows.
func webhookExamples(t *testing.T) (asked, told string) {
	t.Helper()
	for _, b := range readDoc(t, "docs/webhooks.md") {
		if _, body, ok := strings.Cut(b.text, "-d '"); ok {
			asked = body[:strings.LastIndex(body, "'")]
		}
		if b.kind == "json" && strings.Contains(b.text, `"timestamp"`) {
			told = b.text
		}
	}
	return asked, told
}

func keysOf(t *testing.T, text string) []string {
	t.Helper()
	var e struct{ Data map[string]any }
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(e.Data))
}
