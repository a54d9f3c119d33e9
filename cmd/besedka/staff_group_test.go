package main

import (
	"context"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	fake "besedka/bots/fake/telegram"
	"besedka/core/chat"
	"besedka/core/staff"
	"besedka/storage"
)

// TestStaffGroupIsAnotherBot than the shoppers'.
func TestStaffGroupIsAnotherBot(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		group    staffGroup
		shoppers secret
		refused  string
	}{
		"none":     {staffGroup{}, "1:a", ""},
		"another":  {staffGroup{Token: "2:b", Chat: -1}, "1:a", ""},
		"the same": {staffGroup{Token: "1:b", Chat: -1}, "1:a", "the staff need another one"},
		"no bot":   {staffGroup{Chat: -1}, "1:a", "no --staff-group-token"},
	} {
		err := tt.group.check(tt.shoppers)
		if tt.refused == "" && err != nil || tt.refused != "" && (err == nil || !strings.Contains(err.Error(), tt.refused)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// groupStage is the program with a staff's group, in which Anna sits.
type groupStage struct {
	t        *testing.T
	ctx      context.Context
	app      *app
	telegram *fake.Server
	group    int64
}

func openGroupStage(t *testing.T) *groupStage {
	t.Helper()
	h := &groupStage{t: t, app: openApp(t), telegram: fake.New("7:staff", time.Now), group: -1001}
	h.telegram.AddGroup(h.group)
	wire := httptest.NewServer(h.telegram)
	t.Cleanup(wire.Close)
	h.app.settings.group = staffGroup{Token: "7:staff", Chat: h.group, Server: wire.URL}
	if err := h.app.openGroup(); err != nil {
		t.Fatal(err)
	}
	h.app.loops = append(h.app.loops, h.app.groupLoops()...)
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	h.ctx = ctx
	var all sync.WaitGroup
	t.Cleanup(all.Wait)
	t.Cleanup(stop)
	h.app.work(ctx, &all)
	return h
}

// anna does something in the group, or with a thread of 0 in her chat with the bot.
func (h *groupStage) anna(thread int64, do fake.Act) {
	h.t.Helper()
	if do.From, do.Thread = 701, thread; thread != 0 {
		do.Group = h.group
	}
	if _, err := h.telegram.Do(do); err != nil {
		h.t.Fatal(err)
	}
}

// writes is what a shopper says in the web chat.
func (h *groupStage) writes(key, text string) {
	h.t.Helper()
	if err := h.app.web.Accept(h.ctx, "lida", key, chat.Inbound{Text: text}); err != nil {
		h.t.Fatal(err)
	}
}

// until waits for a thing in the group.
func (h *groupStage) until(what string, cond func() bool) {
	h.t.Helper()
	if err := h.telegram.Await(h.ctx, cond); err != nil {
		h.t.Fatalf("%s: %v", what, err)
	}
}

// shows waits for a text in a topic, and for that it is kept that it stands there.
func (h *groupStage) shows(text string) {
	h.t.Helper()
	var posted int
	h.until(text, func() bool {
		for _, topic := range h.telegram.Topics(h.group) {
			for _, m := range h.telegram.Standing(h.group, topic.Thread) {
				if strings.Contains(m.Text, text) {
					posted = int(m.MessageID)
				}
			}
		}
		return posted != 0
	})
	for kept := 0; kept == 0; {
		var err error
		kept, err = storage.Value[int](h.ctx, h.app.db, `select (select count(*) from topic_line where message_id = $1) + (select count(*) from topic where card_id = $1)`, posted)
		if err != nil {
			h.t.Fatal(err)
		}
	}
}

// TestStaffGroupOfTheProgram: who asks the shipped programme for a person is answered from
// the group, and the bot goes on when it is told to there.
func TestStaffGroupOfTheProgram(t *testing.T) {
	t.Parallel()
	h := openGroupStage(t)
	p, err := h.app.staff.Invite(h.ctx, h.app.now(), staff.Person{Name: "Анна", Roles: []staff.Role{staff.Operator}}, staff.NewToken())
	if err != nil {
		t.Fatal(err)
	}
	code, err := h.app.staff.TelegramCode(h.ctx, h.app.now(), 0, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	h.anna(0, fake.Act{Text: "/start " + code})
	h.writes("1", "Здравствуйте")
	h.writes("2", "оператор")
	h.shows("Человека ждут")
	h.shows("Здравствуйте")
	thread := h.telegram.Topics(h.group)[0].Thread
	h.anna(thread, fake.Act{Button: "Взять"})
	h.shows("Ведёт Анна")
	h.writes("3", "Где мой приз?")
	h.shows("Где мой приз?")
	h.anna(thread, fake.Act{Text: "Уже в пути"})
	reply := h.telegram.Newest()
	h.until("that it was delivered", func() bool { return h.telegram.Mark(h.group, reply) == "👍" })
	h.anna(thread, fake.Act{Button: "Вернуть боту"})
	h.until("the end", func() bool { return h.telegram.Topics(h.group)[0].Closed })
	for said := ""; !strings.HasSuffix(said, "bot"); { // it has the last word
		lines, err := h.app.transcript(h.ctx, "lida", 0)
		if err != nil {
			t.Fatalf("%v, after %q", err, said)
		}
		said = ""
		for _, l := range lines {
			said += l.Text + " by " + l.From + "\n"
		}
		if said = strings.TrimSpace(said); !strings.Contains(said, "Уже в пути by staff") {
			t.Fatalf("the shopper reads %q", said)
		}
	}
}
