package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// agent is one of the staff with a token of their own.
type agent struct {
	ID    int64
	Token string
}

func (r rehearsed) invites(t *testing.T, name string) (a agent) {
	t.Helper()
	r.must(t, "POST", "staff", fields{"name": name, "roles": []string{"operator"}}, &a)
	return a
}

// conversation is the number of somebody's one conversation.
func (r rehearsed) conversation(t *testing.T, by agent, member int64) int64 {
	t.Helper()
	_, answer := r.as(t, by.Token, "GET", fmt.Sprintf("members/%d/conversations", member), "", "")
	var page struct{ Conversations []struct{ ID int64 } }
	if err := json.Unmarshal([]byte(answer), &page); err != nil || len(page.Conversations) != 1 {
		t.Fatalf("conversations of member %d: %v, %s", member, err, answer)
	}
	return page.Conversations[0].ID
}

// TestScenarioSupport is A54: of two agents who take a conversation at once one has it;
// while they do the bot says nothing, a receipt is credited all the same and shown to the
// agent, and given back the bot repeats the question that waited.
func TestScenarioSupport(t *testing.T) {
	r := startRehearsal(t)
	r.register(t, "telegram", "5454")
	if heard := r.do(t, "telegram", "5454", fields{"text": "опрос"}); !strings.Contains(heard, "1 из 3") {
		t.Fatalf("the survey begins with %q", heard)
	}
	if heard := r.do(t, "telegram", "5454", fields{"text": "оператор"}); !strings.Contains(heard, "хватит") {
		t.Errorf("who asks for people hears %q", heard)
	}
	anna, boris := r.invites(t, "Анна"), r.invites(t, "Борис")
	member := r.member(t, "telegram", "5454")
	path := fmt.Sprintf("conversations/%d", r.conversation(t, anna, member.ID))
	holder := r.takenAtOnce(t, path, anna, boris)

	before := r.messages(t, "telegram", "5454")
	if heard := r.do(t, "telegram", "5454", fields{"text": "Где мой приз?"}); heard != "" {
		t.Errorf("the bot says %q", heard)
	}
	if heard := r.do(t, "telegram", "5454", fields{"photo": fields{"qr": r.receipt(t, 100000, nil)}}); heard != "" {
		t.Errorf("the bot says %q", heard)
	}
	r.advance(t, 3600e9)
	if now := r.messages(t, "telegram", "5454"); len(now) != len(before) {
		t.Errorf("while %d has the conversation the bot says %v", holder.ID, now[len(before):])
	}
	if got := r.member(t, "telegram", "5454").points(); got <= member.points() {
		t.Errorf("the receipt gave nothing: %d points, %d before", got, member.points())
	}
	r.answers(t, path, holder)

	if status, answer := r.as(t, holder.Token, "POST", path+"/give-back", "g", `{"seen": 1000000}`); status != http.StatusOK {
		t.Fatalf("given back: %d %s", status, answer)
	}
	heard := r.heard(t, "telegram", "5454")
	_, after, _ := strings.Cut(heard, "Приз уже в пути")
	if strings.Count(heard, "Приз уже в пути") != 1 || !strings.Contains(after, "1 из 3") {
		t.Errorf("given back the bot says %q, in all %q", after, heard)
	}
	if heard := r.do(t, "telegram", "5454", fields{"text": "никогда"}); !strings.Contains(heard, "2 из 3") {
		t.Errorf("the answer is followed by %q", heard)
	}
	r.ledBack(t, path, holder)
	r.closes(t, path, anna)
	r.booksRight(t)
}

// closes takes a conversation once more, answers and closes it: the shopper is asked how
// they were helped, once, and then what they were asked before.
func (r rehearsed) closes(t *testing.T, path string, by agent) {
	t.Helper()
	var shown struct{ Newest int64 }
	_, answer := r.as(t, by.Token, "GET", path, "", "")
	if err := json.Unmarshal([]byte(answer), &shown); err != nil {
		t.Fatal(err)
	}
	for i, act := range []string{"/take", "/reply", "/tags", "/close"} {
		body := []string{"", fmt.Sprintf(`{"text": "Всё в порядке?", "seen": %d}`, shown.Newest), `{"tags": ["prize"]}`, `{"reason": "solved", "seen": 1000000}`}[i]
		if status, answer := r.as(t, by.Token, "POST", path+act, "closing"+act, body); status != http.StatusOK {
			t.Fatalf("%s: %d %s", act, status, answer)
		}
	}
	if heard := r.heard(t, "telegram", "5454"); !strings.Contains(heard, "1 до 5") && !strings.Contains(heard, "Довольны ответом") {
		t.Errorf("closed, it hears %q", heard)
	}
	if heard := r.do(t, "telegram", "5454", fields{"text": "5"}); !(strings.Contains(heard, "пасибо") || strings.Contains(heard, "Записала")) || !strings.Contains(heard, "1 из 3") {
		t.Errorf("the mark is followed by %q", heard)
	}
	if _, answer := r.as(t, by.Token, "GET", "support/closed", "", ""); !strings.Contains(answer, `{"reason":"solved","conversations":1}`) || !strings.Contains(answer, `"5":0`) {
		t.Errorf("closed are %s", answer)
	}
}

// ledBack takes the conversation from the bot, gives its shopper points within the limit,
// and leads it back to the first question: the shopper hears of both.
func (r rehearsed) ledBack(t *testing.T, path string, by agent) {
	t.Helper()
	for _, act := range []struct {
		name, body string
		want       int
	}{
		{"take", "", http.StatusOK},
		{"grants", `{"amount": 5000, "reason": "за терпение"}`, http.StatusOK},
		{"grants", `{"amount": 5000000, "reason": "за терпение"}`, http.StatusConflict},
		{"give-back", `{"step": "survey.breakfast/nowhere", "seen": 1000000}`, http.StatusBadRequest},
		{"give-back", `{"step": "survey.breakfast/often", "seen": 1000000}`, http.StatusOK},
	} {
		if status, answer := r.as(t, by.Token, "POST", path+"/"+act.name, "led "+act.name+act.body, act.body); status != act.want {
			t.Errorf("%s %s: %d %s", act.name, act.body, status, answer)
		}
	}
	heard := r.heard(t, "telegram", "5454")
	_, after, told := strings.Cut(heard, "Начислили вам 50 бонусов: за терпение")
	if !told || !strings.Contains(after, "1 из 3") {
		t.Errorf("led back the shopper hears %q, in all %q", after, heard)
	}
}

// takenAtOnce has two agents take a conversation at once and returns who has it.
func (r rehearsed) takenAtOnce(t *testing.T, path string, agents ...agent) (holder agent) {
	t.Helper()
	got := make([]string, len(agents))
	var all sync.WaitGroup
	for i, a := range agents {
		all.Go(func() {
			status, answer := r.as(t, a.Token, "POST", path+"/take", "t", "")
			got[i] = fmt.Sprint(status, " ", answer)
		})
	}
	all.Wait()
	for i, a := range agents {
		if strings.HasPrefix(got[i], "200") {
			holder = a
		}
	}
	late := agents[0]
	if holder == agents[0] {
		late = agents[1]
	}
	all2 := strings.Join(got, "\n")
	if strings.Count(all2, "409 ") != 1 || !strings.Contains(all2, fmt.Sprintf(`"holder":%d`, holder.ID)) || holder.ID == late.ID {
		t.Fatalf("two take it at once:\n%s", all2)
	}
	if status, _ := r.as(t, late.Token, "POST", path+"/reply", "l", `{"text": "Я тоже здесь", "seen": 1000000}`); status != http.StatusConflict {
		t.Errorf("who came late replies: %d", status)
	}
	return holder
}

// answers looks at what the shopper sent and replies, twice under one key.
func (r rehearsed) answers(t *testing.T, path string, holder agent) {
	t.Helper()
	status, history := r.as(t, holder.Token, "GET", path+"/history", "", "")
	if status != http.StatusOK || !strings.Contains(history, "Где мой приз?") || !strings.Contains(history, `"photo"`) {
		t.Errorf("the agent reads %d %s", status, history)
	}
	var shown struct{ Newest int64 }
	_, answer := r.as(t, holder.Token, "GET", path, "", "")
	if err := json.Unmarshal([]byte(answer), &shown); err != nil {
		t.Fatal(err)
	}
	if status, answer := r.as(t, holder.Token, "POST", path+"/reply", "stale", fmt.Sprintf(`{"text": "Поздно", "seen": %d}`, shown.Newest-1)); status != http.StatusConflict || !strings.Contains(answer, "stale") {
		t.Errorf("a reply past what was written: %d %s", status, answer)
	}
	for range 2 {
		body := fmt.Sprintf(`{"text": "Приз уже в пути", "seen": %d}`, shown.Newest)
		if status, answer := r.as(t, holder.Token, "POST", path+"/reply", "r", body); status != http.StatusOK {
			t.Errorf("reply: %d %s", status, answer)
		}
	}
}
