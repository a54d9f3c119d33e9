package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/media"
	"besedka/core/staff"
	"besedka/storage"
)

func TestHistory(t *testing.T) {
	t.Parallel()
	d := open(t)
	token := d.tokens[staff.Operator]
	door := conversation.New(d.db, d.keys, d.people, conversation.Waker{Turns: func() {}, Sends: func(chat.Channel) {}}, slog.New(slog.DiscardHandler))
	arrive := func(peer, key string, in chat.Inbound) {
		d.must(door.Receive(t.Context(), now, conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: []conversation.Message{
			{Key: key, Peer: peer, At: now, In: in},
		}}))
	}
	arrive("boris", "m0", chat.Inbound{Text: "чужое"})
	arrive("anna", "m1", chat.Inbound{Text: "Ана"})
	id, err := storage.Value[int64](t.Context(), d.db, `select max(id) from conversation`)
	d.must(err)
	subject, key, err := door.Person(t.Context(), id)
	d.must(err)
	blob, err := media.New(d.db, d.keys).Put(t.Context(), now, key, media.File{Subject: subject, Data: []byte(`{"a": "video, as far as anybody knows"}`)})
	d.must(err)
	arrive("anna", "m2", chat.Inbound{File: &chat.File{Kind: chat.Video, Blob: blob}})
	arrive("anna", "3", chat.Inbound{Text: "Анна", Edits: "m1"})
	arrive("anna", "4", chat.Inbound{Reaction: &chat.Reaction{To: "9", Emoji: []string{"👍"}}})
	d.must(door.Say(t.Context(), now, conversation.Notice{Conversation: id, Channel: chat.Telegram, Key: "n", Wire: chat.Wire{Text: "смотрю"}, Seal: key}))

	path := fmt.Sprintf("/conversations/%d", id)
	status, answer := d.ask(http.MethodGet, path+"/history", token, "", "")
	got := fmt.Sprint(answer)
	for _, want := range []string{"text:смотрю", "state:pending", "text:Анна", "edits:m1", "key:m1", "kind:video", "blob:" + blob, "👍"} {
		if status != http.StatusOK || !strings.Contains(got, want) {
			t.Errorf("%d: there is no %q in %s", status, want, got)
		}
	}
	if strings.Contains(got, "чужое") || strings.Contains(got, "text:Ана ") {
		t.Errorf("it has another's words, or those before the edit: %s", got)
	}
	for file, want := range map[string]int{
		path + "/files/" + blob:                              http.StatusOK,
		"/conversations/1/files/" + blob:                     http.StatusNotFound,
		path + "/files/00000000-0000-8000-8000-000000000000": http.StatusNotFound,
		"/conversations/404/history":                         http.StatusNotFound,
		path + "/history?before=yesterday":                   http.StatusBadRequest,
		path + "/history?before=9999999999999999999999i1":    http.StatusBadRequest,
	} {
		if status, _ := d.ask(http.MethodGet, file, token, "", ""); status != want {
			t.Errorf("%s: %d, want %d", file, status, want)
		}
	}
	looks, err := storage.Value[int](t.Context(), d.db, `select count(*) from audit where act in ('conversations.read', 'files.look')`)
	d.must(err)
	if looks != 2 {
		t.Errorf("%d looks are in the log, want 2", looks)
	}
}
