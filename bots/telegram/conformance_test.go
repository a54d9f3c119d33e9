package telegram_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"besedka/bots"
	"besedka/bots/botstest"
	fake "besedka/bots/fake/telegram"
	"besedka/bots/telegram"
	"besedka/core/chat"
)

const (
	token  = "42:AAsecret-secret_secret"
	secret = "hook-secret"
	person = 77
)

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// stand starts the fake and an adapter that does not listen yet.
func stand(t testing.TB, log *slog.Logger) (*fake.Server, *telegram.Adapter) {
	t.Helper()
	f, a, _ := standing(t, log)
	return f, a
}

// standing is stand with a way to cut the wire.
func standing(t testing.TB, log *slog.Logger) (f *fake.Server, _ *telegram.Adapter, cut func()) {
	t.Helper()
	f = fake.New(token, noon)
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	t.Cleanup(f.Close)
	a, err := telegram.New(telegram.Config{
		Token: token, Server: srv.URL, WebhookSecret: secret,
		Picture: contents,
		Now:     noon, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	return f, a, func() {
		srv.Listener.Close() //nolint:errcheck // the test is about what follows
		srv.CloseClientConnections()
	}
}

// listen runs a until the test ends, or until it is stopped.
func listen(t *testing.T, a *telegram.Adapter, sink bots.Sink) (halt func()) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx, sink) }()
	halt = sync.OnceFunc(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(halt)
	return halt
}

func do(t *testing.T, f *fake.Server, a fake.Act) {
	t.Helper()
	a.From = person
	if _, err := f.Do(a); err != nil {
		t.Fatal(err)
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	botstest.Run(t, func(t *testing.T, sink bots.Sink, log *slog.Logger) botstest.Rig {
		f, a, cut := standing(t, log)
		stop := listen(t, a, sink)
		// The person is seen in a group, which opens the chat and leaves no message.
		do(t, f, fake.Act{Raw: []byte(`{"my_chat_member":{"chat":{"id":-9,"type":"group"},"new_chat_member":{"status":"member"}}}`)})
		rig := botstest.Rig{
			Adapter: a, Peer: "77", Secret: token,
			Say:       func(text string, times int) { do(t, f, fake.Act{Text: text, Repeat: times - 1}) },
			Mumble:    func() { do(t, f, fake.Act{Message: []byte(`{"hologram":{"depth":3},"has_protected_content":true}`)}) },
			Poison:    func() { do(t, f, fake.Act{Raw: []byte(`{"message":{"text":{"not":"a string"}}}`)}) },
			Confirmed: f.AwaitConfirmed,
			Sent:      func() []botstest.Sent { return sent(f) },
			Fault:     func(fault botstest.Fault) { spoil(t, f, fault) },
			Knows:     []botstest.Fault{botstest.Paged, botstest.Slow, botstest.Torn},
			Tap: func(m botstest.Sent, key int) error {
				_, err := f.Tap(person, m.Handle.(int), key)
				return err
			},
			Numbered: func(n int, text string) []byte { return []byte(fmt.Sprintf(numbered, n, text)) },
			Stop:     stop, Start: func() { listen(t, a, sink) }, Cut: cut,
			Webhook: a.Webhook(sink),
			Post: func(secret string, update []byte) *http.Request {
				r := httptest.NewRequest(http.MethodPost, "/hooks/telegram", bytes.NewReader(update))
				r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
				return r
			},
		}
		rig.Good.Secret = secret
		rig.Good.Update = fmt.Sprintf(numbered, 900, "да")
		return rig
	})
}

// numbered is an update as Telegram posts it.
const numbered = `{"update_id":%[1]d,"message":{"message_id":%[1]d,"date":1,"chat":{"id":77,"type":"private"},"from":{"id":77},"text":%[2]q}}`

func sent(f *fake.Server) []botstest.Sent {
	var all []botstest.Sent
	for _, m := range f.Sent(person, 0) {
		one := botstest.Sent{ID: m.RequestID, Text: m.Text, Picture: m.Photo != nil, Handle: m.N}
		for _, b := range slices.Concat(slices.Concat(m.Inline, m.Reply)...) {
			one.Keys = append(one.Keys, chat.Button{Title: b.Text, URL: b.URL, Contact: b.Contact})
		}
		all = append(all, one)
	}
	return all
}

func spoil(t *testing.T, f *fake.Server, fault botstest.Fault) {
	switch fault {
	case botstest.Throttled:
		f.Spoil(fake.Fault{Kind: fake.Throttle, Chat: person, RetryAfter: 7})
	case botstest.Blocked:
		do(t, f, fake.Act{Block: true})
	case botstest.Outage:
		f.Spoil(fake.Fault{Kind: fake.Outage, Method: "sendMessage"})
	case botstest.Masked:
		f.Spoil(fake.Fault{Kind: fake.BadGateway, Method: "sendMessage"})
	case botstest.Paged:
		f.Spoil(fake.Fault{Kind: fake.Page, Method: "sendMessage"})
	case botstest.Slow:
		f.Spoil(fake.Fault{Kind: fake.Stall, Method: "sendMessage"})
	case botstest.Torn:
		f.Spoil(fake.Fault{Kind: fake.Tear, Method: "sendPhoto"})
	case botstest.Lost:
		f.Spoil(fake.Fault{Kind: fake.Drop, Method: "sendMessage"})
	}
}
