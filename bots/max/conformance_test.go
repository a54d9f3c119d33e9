package max_test

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
	"besedka/bots/fake"
	fakemax "besedka/bots/fake/max"
	"besedka/bots/max"
	"besedka/core/chat"
)

const (
	token  = "AAsecret-secret_secret"
	secret = "hook-secret"
	person = "77"
)

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// kept is where the cursor is kept, as the inbox keeps it.
type kept struct {
	mu sync.Mutex
	at string
}

func (k *kept) cursor(context.Context, string) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.at, nil
}

// sink keeps the cursor of what next took.
func (k *kept) sink(next bots.Sink) bots.Sink {
	return func(ctx context.Context, b bots.Batch) error {
		if err := next(ctx, b); err != nil {
			return err
		}
		k.mu.Lock()
		defer k.mu.Unlock()
		k.at = b.Cursor
		return nil
	}
}

// stand starts the fake and an adapter that does not listen yet.
func stand(t *testing.T, log *slog.Logger, k *kept) (*fakemax.Server, *max.Adapter) {
	t.Helper()
	f, a, _ := standing(t, log, k)
	return f, a
}

// standing is stand with a way to cut the wire.
func standing(t *testing.T, log *slog.Logger, k *kept) (f *fakemax.Server, _ *max.Adapter, cut func()) {
	t.Helper()
	f = fakemax.New(token, noon)
	server, cut := botstest.Serve(t, f)
	t.Cleanup(f.Close)
	a, err := max.New(max.Config{
		Token: token, Server: server, WebhookSecret: secret, Cursor: k.cursor,
		Picture: contents,
		Now:     noon, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	return f, a, cut
}

// listen runs a until the test ends, or the stop returned is called.
func listen(t *testing.T, f *fakemax.Server, a *max.Adapter, sink bots.Sink) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx, sink) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(stop)
	if err := f.AwaitListening(t.Context()); err != nil {
		t.Fatal(err)
	}
	return stop
}

func do(t *testing.T, f *fakemax.Server, a fake.Act) {
	t.Helper()
	a.From = person
	if _, err := f.Do(a); err != nil {
		t.Fatal(err)
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	botstest.Run(t, func(t *testing.T, sink bots.Sink, log *slog.Logger) botstest.Rig {
		k := &kept{}
		f, a, cut := standing(t, log, k)
		kept := k.sink(sink)
		stop := listen(t, f, a, kept)
		f.Meet(person, false)
		rig := botstest.Rig{
			Adapter: a, Peer: person, Secret: token,
			Say:    func(text string, times int) { do(t, f, fake.Act{Text: text, Repeat: times - 1}) },
			Mumble: func() { do(t, f, fake.Act{Mumble: true}) },
			Poison: func() {
				do(t, f, fake.Act{Raw: []byte(`{"update_type":"message_created","message":{"body":{"text":{"not":"a string"}}}}`)})
			},
			Confirmed: f.AwaitConfirmed,
			Sent:      func() []botstest.Sent { return sent(f) },
			Fault:     func(fault botstest.Fault) { spoil(t, f, fault) },
			Knows:     []botstest.Fault{botstest.Paged, botstest.Slow, botstest.Torn},
			Tap: func(m botstest.Sent, key int) error {
				_, err := f.Do(fake.Act{From: person, Key: &fake.Key{Message: m.Handle.(int), Place: key}})
				return err
			},
			Numbered: func(n int, text string) []byte { return fmt.Appendf(nil, numbered, n, text) },
			Stop:     stop, Start: func() { listen(t, f, a, kept) }, Cut: cut,
			Webhook: a.Webhook(sink),
			Post: func(secret string, update []byte) *http.Request {
				r := httptest.NewRequest(http.MethodPost, "/hooks/max", bytes.NewReader(update))
				r.Header.Set("X-Max-Bot-Api-Secret", secret)
				return r
			},
		}
		rig.Good.Secret = secret
		rig.Good.Update = fmt.Sprintf(numbered, 900, "да")
		return rig
	})
}

// numbered is an update as MAX posts it: a message goes by its mid.
const numbered = `{"update_type":"message_created","timestamp":%[1]d,"message":{"sender":{"user_id":77},"recipient":{"chat_type":"dialog"},"body":{"mid":"mid.%[1]d","text":%[2]q}}}`

func sent(f *fakemax.Server) []botstest.Sent {
	var all []botstest.Sent
	for _, m := range f.Sent(person, 0) {
		one := botstest.Sent{ID: m.RequestID, Text: m.Text, Picture: m.Photo != nil, Handle: m.N}
		for _, b := range slices.Concat(m.Rows...) {
			one.Keys = append(one.Keys, chat.Button{Title: b.Text, URL: b.URL, Contact: b.Contact})
		}
		all = append(all, one)
	}
	return all
}

func spoil(t *testing.T, f *fakemax.Server, fault botstest.Fault) {
	switch fault {
	case botstest.Throttled:
		f.Spoil(fake.Fault{Kind: fake.Throttle})
	case botstest.Blocked:
		do(t, f, fake.Act{Block: true})
	case botstest.Outage:
		f.Spoil(fake.Fault{Kind: fake.Outage, Method: "POST /messages"})
	case botstest.Masked:
		f.Spoil(fake.Fault{Kind: fake.BadGateway, Method: "POST /messages"})
	case botstest.Paged:
		f.Spoil(fake.Fault{Kind: fake.Page, Method: "POST /messages"})
	case botstest.Slow:
		f.Spoil(fake.Fault{Kind: fake.Stall, Method: "POST /messages"})
	case botstest.Torn:
		f.Spoil(fake.Fault{Kind: fake.Tear, Method: "upload"})
	case botstest.Lost:
		f.Spoil(fake.Fault{Kind: fake.Drop, Method: "POST /messages"})
	}
}
