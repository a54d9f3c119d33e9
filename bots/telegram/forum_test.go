package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/bots"
	fake "besedka/bots/fake/telegram"
	"besedka/bots/telegram"
)

const room = -1001

// seat is a bot among the staff, with a topic.
func seat(t *testing.T) (*fake.Server, *telegram.Forum, telegram.Place) {
	t.Helper()
	s := fake.New("7:staff", noon)
	s.AddGroup(room)
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	f, err := telegram.NewForum(telegram.Config{Token: "7:staff", Server: srv.URL, Now: noon, Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	thread, err := f.CreateTopic(t.Context(), room, "Участник 1")
	if err != nil {
		t.Fatal(err)
	}
	return s, f, telegram.Place{Chat: room, Thread: thread}
}

// TestForumSaysAgain: what is as it was to be is no error, and what is gone is told by its
// own.
func TestForumSaysAgain(t *testing.T) {
	t.Parallel()
	s, f, at := seat(t)
	ctx := t.Context()
	id, err := f.Send(ctx, at, telegram.Post{Text: "карточка", Keys: [][]telegram.Key{{{Title: "Взять", Data: "take/0"}, {Title: "Консоль", URL: "https://a.test/"}}}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for name, err := range map[string]error{
			"edit": f.Edit(ctx, room, id, telegram.Post{Text: "другая"}), "pin": f.Pin(ctx, room, id), "react": f.React(ctx, room, id, "👍"),
			"close": f.CloseTopic(ctx, at),
		} {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for range 2 {
		if err := f.ReopenTopic(ctx, at); err != nil {
			t.Errorf("reopen: %v", err)
		}
	}
	s.DropTopic(room, at.Thread)
	if _, err := f.Send(ctx, at, telegram.Post{Text: "?"}); !errors.Is(err, telegram.ErrNoTopic) {
		t.Errorf("to a topic that is gone: %v", err)
	}
	if err := f.Edit(ctx, room, id, telegram.Post{Text: "?"}); !errors.Is(err, telegram.ErrNoMessage) {
		t.Errorf("a message that is gone: %v", err)
	}
	if err := f.DeleteTopic(ctx, at); err != nil {
		t.Errorf("delete what is gone: %v", err)
	}
	if _, err := f.Send(ctx, telegram.Place{Chat: -5}, telegram.Post{Text: "?"}); !errors.Is(err, bots.ErrRejected) {
		t.Errorf("to a chat that is not ours: %v", err)
	}
}

// TestForumLacks names what the bot has not been given.
func TestForumLacks(t *testing.T) {
	t.Parallel()
	s, f, _ := seat(t)
	all := []string{"can_manage_topics", "can_pin_messages", "can_delete_messages"}
	for _, tt := range []struct{ given, want []string }{
		{nil, nil},
		{[]string{"is_forum"}, []string{"is_forum"}},
		{[]string{"administrator"}, all},
		{[]string{"can_pin_messages"}, []string{"can_pin_messages"}},
	} {
		s.AddGroup(room, tt.given...)
		got, err := f.Lacks(t.Context(), room)
		if diff := cmp.Diff(tt.want, got); err != nil || len(tt.want)+len(got) > 0 && diff != "" {
			t.Errorf("without %v: %v (-want +got):\n%s", tt.given, err, diff)
		}
	}
}

// TestForumHears: each thing once it is taken, what cannot be read apart, and nothing of
// what Telegram tells of the group itself.
func TestForumHears(t *testing.T) {
	t.Parallel()
	s, f, at := seat(t)
	card, err := f.Send(t.Context(), at, telegram.Post{Text: "карточка", Keys: [][]telegram.Key{{{Title: "Взять", Data: "take/0"}}}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var heard []telegram.Heard
	var poison []string
	done := make(chan error, 1)
	failed := false
	go func() {
		done <- f.Run(ctx, func(_ context.Context, h telegram.Heard) error {
			if !failed { // it is told again
				failed = true
				return errors.New("no")
			}
			heard = append(heard, h)
			return nil
		}, func(_ context.Context, h telegram.Heard, why error) error {
			poison = append(poison, fmt.Sprintf("%d in %d, topic %d: %s", h.ID, h.Chat, h.Thread, bots.Reason(why)))
			return nil
		})
	}()
	for _, a := range []fake.Act{
		{Text: "привет"},
		{Photo: []byte("jpeg"), Text: "вот"},
		{Edit: "вот он"},
		{Button: "Взять"},
		{Message: []byte(`{"pinned_message":{"message_id":1,"date":0,"chat":{"id":-1001}}}`)},
		{Raw: []byte(`{"message":{"message_id":"?","chat":{"id":-1001},"message_thread_id":1}}`)},
		{Message: []byte(`{"text":"тайно","sender_chat":{"id":-1001,"type":"supergroup"}}`)},
	} {
		a.From, a.Group, a.Thread = person, room, at.Thread
		if _, err := s.Do(a); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	said := telegram.Heard{Chat: room, Thread: at.Thread, From: person}
	photo := &telegram.Attached{Remote: "file-1", Photo: true}
	want := []telegram.Heard{said, said, said, said, said}
	want[0].Text = "привет"
	want[1].Text, want[1].File = "вот", photo
	want[2].Text, want[2].File, want[2].Edited = "вот он", photo, true
	want[3].Tap, want[3].Data, want[3].Message = "query-1", "take/0", card
	want[4].Text, want[4].Nobody = "тайно", true
	for i := range heard {
		heard[i].ID, heard[i].Raw = 0, nil
		if heard[i].Tap == "" {
			heard[i].Message = 0
		}
	}
	if diff := cmp.Diff(want, heard); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	if want := fmt.Sprintf("in %d, topic 1: field message.message.message_id", room); len(poison) != 1 || !strings.Contains(poison[0], want) {
		t.Errorf("poison: %q, want one %s", poison, want)
	}
}
