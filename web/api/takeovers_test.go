package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/staff"
	"besedka/storage"
)

// talk is one conversation in WhatsApp and who work on it.
type talk struct {
	*desk
	door *conversation.Service
	path string
	id   int64
}

func openTalk(t *testing.T) *talk {
	t.Helper()
	d := open(t)
	h := &talk{desk: d, door: conversation.New(d.db, d.keys, d.people, conversation.Waker{Turns: func() {}, Sends: func(chat.Channel) {}}, slog.New(slog.DiscardHandler))}
	h.hears("m1", "Здравствуйте")
	var err error
	h.id, err = storage.Value[int64](t.Context(), d.db, `select max(id) from conversation`)
	d.must(err)
	h.path = fmt.Sprintf("/conversations/%d", h.id)
	return h
}

// hears is the shopper's message.
func (h *talk) hears(key, text string) {
	h.t.Helper()
	h.must(h.door.Receive(h.t.Context(), now, conversation.Arrival{Channel: chat.WhatsApp, Account: "whatsapp/1", Messages: []conversation.Message{
		{Key: key, Peer: "79001112233", At: now, In: chat.Inbound{Text: text}},
	}}))
}

// does posts one act of a role and returns the status and the type of the problem.
func (h *talk) does(role staff.Role, act, key, body string) (string, map[string]any) {
	h.t.Helper()
	status, answer := h.ask(http.MethodPost, h.path+"/"+act, h.tokens[role], key, body)
	kind, _ := answer["type"].(string)
	return strings.TrimSpace(fmt.Sprint(status, " ", strings.TrimPrefix(kind, "urn:besedka:problem:"))), answer
}

func (h *talk) newest() float64 {
	h.t.Helper()
	_, answer := h.ask(http.MethodGet, h.path, h.tokens[staff.Operator], "", "")
	return answer["newest"].(float64)
}

func (h *talk) count(sql string) int {
	h.t.Helper()
	n, err := storage.Value[int](h.t.Context(), h.db, sql)
	h.must(err)
	return n
}

// TestTwoTakeAtOnce: one has the conversation, the other hears who.
func TestTwoTakeAtOnce(t *testing.T) {
	t.Parallel()
	h := openTalk(t)
	roles := []staff.Role{staff.Operator, staff.Owner}
	got, holders := make([]string, 2), make([]any, 2)
	var both sync.WaitGroup
	for i, role := range roles {
		both.Go(func() {
			var answer map[string]any
			got[i], answer = h.does(role, "take", "t", "")
			holders[i] = answer["holder"]
		})
	}
	both.Wait()
	winner := 0
	if got[1] == "200" {
		winner = 1
	}
	if got[winner] != "200" || got[1-winner] != "409 taken" {
		t.Fatalf("two at once: %v", got)
	}
	_, shown := h.ask(http.MethodGet, h.path, h.tokens[staff.Operator], "", "")
	if shown["lifecycle"] != "operator" || shown["holder"] == nil || shown["holder"] != holders[1-winner] {
		t.Errorf("it is %v; who came late hears of %v", shown, holders[1-winner])
	}
	if got, _ := h.does(roles[winner], "take", "again", ""); got != "200" {
		t.Errorf("who has it takes it: %s", got)
	}
	if got, _ := h.does(roles[1-winner], "give-back", "g", `{"seen": 0}`); got != "409 taken" {
		t.Errorf("given back by another: %s", got)
	}
	if got, _ := h.does(roles[1-winner], "take", "from", fmt.Sprintf(`{"from": %v}`, shown["holder"])); got != "200" {
		t.Errorf("taken from a colleague by name: %s", got)
	}
	if got, _ := h.does(roles[winner], "release", "r", ""); got != "409 taken" {
		t.Errorf("released by who had it: %s", got)
	}
	if n := h.count(`select count(*) from audit where act = 'conversations.take'`); n != 3 {
		t.Errorf("%d takings are in the log, want 3", n)
	}
}

// TestReply goes out once, from who has the conversation and has read it, while the
// messenger takes it.
func TestReply(t *testing.T) {
	t.Parallel()
	h := openTalk(t)
	say := func(key string, seen float64, text string) string {
		t.Helper()
		got, _ := h.does(staff.Operator, "reply", key, fmt.Sprintf(`{"text": %q, "seen": %.0f}`, text, seen))
		return got
	}
	seen := h.newest()
	if got := say("0", seen, "Добрый день"); got != "409 taken" {
		t.Errorf("before it was taken: %s", got)
	}
	h.does(staff.Operator, "take", "t", "")
	long := strings.Repeat("Пишите. ", 600) // more than WhatsApp takes at once
	got := []string{
		say("a", seen, "Добрый день"), say("a", seen, "Добрый день"), say("a", seen, "Иначе"),
		say("b", seen, " "), say("c", seen, "\x00"), say("d", seen, long[:len(long)/2]+"конец"), say("e", seen, long),
	}
	if diff := cmp.Diff([]string{"200", "200", "409 key_reused", "400 invalid", "400 invalid", "200", "400 invalid"}, got); diff != "" {
		t.Error(diff)
	}
	if got, _ := h.does(staff.Operator, "reply", "f", `{"text": "Да"}`); got != "400 invalid" {
		t.Errorf("without saying what was read: %s", got)
	}
	if got, _ := h.does(staff.Owner, "reply", "g", fmt.Sprintf(`{"text": "Да", "seen": %.0f}`, seen)); got != "409 taken" {
		t.Errorf("by another: %s", got)
	}
	h.hears("m2", "И ещё")
	h.hears("m3", "Алло")
	got1, answer := h.does(staff.Operator, "reply", "h", fmt.Sprintf(`{"text": "Да", "seen": %.0f}`, seen))
	if got1 != "409 stale" || answer["newest"] != h.newest() || h.newest() == seen {
		t.Errorf("past what was just written: %s %v", got1, answer)
	}
	var came []any
	for _, m := range answer["messages"].([]any) {
		came = append(came, m.(map[string]any)["in"].(map[string]any)["text"])
	}
	if diff := cmp.Diff([]any{"И ещё", "Алло"}, came); diff != "" {
		t.Error(diff)
	}
	_, err := h.db.Exec(t.Context(), `update lane set window_until = $1`, now.Add(-time.Second))
	h.must(err)
	if got := say("i", h.newest(), "Да"); got != "409 window_closed" {
		t.Errorf("a day later: %s", got)
	}
	lanes, err := h.door.ClaimSends(t.Context(), now, chat.WhatsApp, 9, &conversation.Hand{})
	h.must(err)
	if len(lanes) != 1 || !lanes[0].Held || len(lanes[0].Messages) < 2 || lanes[0].Messages[0].Wire.Text != "Добрый день" || lanes[0].Messages[0].Staff == 0 {
		t.Errorf("to be sent: %+v", lanes)
	}
	last := lanes[0].Messages[len(lanes[0].Messages)-1].Wire.Text
	if !strings.HasSuffix(last, "конец") {
		t.Errorf("a long reply lost its end: %q", last)
	}
}

// TestTakenFromTheBot: it is given back to begin another flow that people can begin; the
// bot's conversation cannot be given back.
func TestTakenFromTheBot(t *testing.T) {
	t.Parallel()
	h := openTalk(t)
	got := []string{}
	for i, act := range []string{"release", "take", "release", "take"} {
		status, _ := h.does(staff.Operator, act, fmt.Sprint(i), "")
		got = append(got, status)
	}
	for i, begin := range []string{"nowhere", "talk/name"} {
		status, _ := h.does(staff.Operator, "give-back", fmt.Sprint("b", i), fmt.Sprintf(`{"begin": %q, "seen": 1000000}`, begin))
		got = append(got, status)
	}
	if diff := cmp.Diff([]string{"409 taken", "200", "200", "200", "400 invalid", "400 invalid"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestNotes are for colleagues, sealed, and never sent.
func TestNotes(t *testing.T) {
	t.Parallel()
	h := openTalk(t)
	for _, text := range []string{"звонила", "ждёт возврата"} {
		if got, _ := h.does(staff.Operator, "notes", text, fmt.Sprintf(`{"text": %q}`, text)); got != "200" {
			t.Fatalf("%s: %s", text, got)
		}
	}
	h.does(staff.Operator, "notes", "звонила", `{"text": "звонила"}`)
	_, page := h.ask(http.MethodGet, h.path+"/notes", h.tokens[staff.Owner], "", "")
	var texts []any
	for _, n := range page["notes"].([]any) {
		texts = append(texts, n.(map[string]any)["text"])
	}
	if diff := cmp.Diff([]any{"ждёт возврата", "звонила"}, texts); diff != "" {
		t.Error(diff)
	}
	if n := h.count(`select count(*) from outbox`); n != 0 {
		t.Errorf("%d messages are to be sent", n)
	}
	if n := h.count(`select count(*) from note where position(convert_to('звонила', 'UTF8') in sealed) > 0`); n != 0 {
		t.Error("a note lies in the clear")
	}
}

// TestPresence is shown beside the conversation once every process has heard of it.
func TestPresence(t *testing.T) {
	t.Parallel()
	h := openTalk(t)
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	ready := make(chan struct{})
	all.Go(func() { h.here.Listen(ctx, sync.OnceFunc(func() { close(ready) })) })
	t.Cleanup(func() { stop(); all.Wait() })
	<-ready
	for _, doing := range []string{"sleeps", "writes"} {
		want := map[string]string{"writes": "200", "sleeps": "400 invalid"}[doing]
		if got, _ := h.does(staff.Operator, "presence", doing, fmt.Sprintf(`{"doing": %q}`, doing)); got != want {
			t.Errorf("%s: %s", doing, got)
		}
	}
	present := []any{}
	for len(present) == 0 { // a notification is on its way
		_, shown := h.ask(http.MethodGet, h.path, h.tokens[staff.Owner], "", "")
		present = shown["present"].([]any)
	}
	if diff := cmp.Diff("operator writes", fmt.Sprint(present[0].(map[string]any)["name"], " ", present[0].(map[string]any)["doing"])); diff != "" {
		t.Error(diff)
	}
}

// TestGivenBackAsSeen: nobody gives a conversation back, or closes it, past what was just
// written.
func TestGivenBackAsSeen(t *testing.T) {
	t.Parallel()
	h := openTalk(t)
	h.does(staff.Operator, "take", "t", "")
	seen := h.newest()
	h.hears("m2", "Постойте")
	for i, tt := range []struct{ act, body, want string }{
		{"give-back", `{}`, "400 invalid"},
		{"close", `{"reason": "solved"}`, "400 invalid"},
		{"give-back", fmt.Sprintf(`{"seen": %.0f}`, seen), "409 stale"},
		{"give-back", fmt.Sprintf(`{"seen": %.0f}`, h.newest()), "200"},
	} {
		got, answer := h.does(staff.Operator, tt.act, fmt.Sprint(i), tt.body)
		if got != tt.want || got == "409 stale" && (answer["newest"] != h.newest() || len(answer["messages"].([]any)) != 1) {
			t.Errorf("%s %s: %s %v, want %s", tt.act, tt.body, got, answer, tt.want)
		}
	}
}
