package vk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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
	fakevk "besedka/bots/fake/vk"
	"besedka/bots/vk"
	"besedka/core/chat"
)

const (
	token        = "AAsecret-secret_secret"
	secret       = "hook-secret"
	confirmation = "c0nf1rm"
	group        = 9
	person       = "77"
)

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// heard is a sink that keeps the cursor as the inbox does.
type heard struct {
	mu     sync.Mutex
	refuse int
	at     string
	in     []chat.Inbound
}

func (h *heard) cursor(context.Context, string) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at, nil
}

func (h *heard) take(_ context.Context, b bots.Batch) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refuse > 0 {
		h.refuse--
		return errors.New("not now")
	}
	for _, m := range b.Messages {
		h.in = append(h.in, m.In)
	}
	h.at = b.Cursor
	return nil
}

func (h *heard) all() []chat.Inbound {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.in)
}

// stand starts the fake and an adapter that does not listen yet.
func stand(t *testing.T, log *slog.Logger, hook bool, cursor func(context.Context, string) (string, error)) (*fakevk.Server, *vk.Adapter) {
	t.Helper()
	f, a, _ := standing(t, log, hook, cursor)
	return f, a
}

// standing is stand with a way to cut the wire.
func standing(t *testing.T, log *slog.Logger, hook bool, cursor func(context.Context, string) (string, error)) (f *fakevk.Server, _ *vk.Adapter, cut func()) {
	t.Helper()
	f = fakevk.New(token, group, noon)
	server, cut := botstest.Serve(t, f)
	t.Cleanup(f.Close)
	cfg := vk.Config{
		Token: token, Group: group, Server: server, Cursor: cursor,
		Picture: func(context.Context, chat.Media) ([]byte, error) { return []byte("picture"), nil },
		Now:     noon, Log: log,
	}
	if hook {
		cfg.WebhookSecret, cfg.Confirmation = secret, confirmation
	}
	a, err := vk.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return f, a, cut
}

// listen runs a until the test ends, or the stop returned is called.
func listen(t *testing.T, f *fakevk.Server, a *vk.Adapter, sink bots.Sink) (stop func()) {
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

func do(t *testing.T, f *fakevk.Server, a fake.Act) {
	t.Helper()
	a.From = person
	if _, err := f.Do(a); err != nil {
		t.Fatal(err)
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	botstest.Run(t, func(t *testing.T, sink bots.Sink, log *slog.Logger) botstest.Rig {
		h := &heard{}
		f, a, cut := standing(t, log, false, h.cursor)
		kept := func(ctx context.Context, b bots.Batch) error {
			if err := sink(ctx, b); err != nil {
				return err
			}
			return h.take(ctx, b)
		}
		stop := listen(t, f, a, kept)
		f.Meet(person, false)
		_, hooked := stand(t, log, true, h.cursor)
		rig := botstest.Rig{
			Adapter: a, Peer: person, Secret: token,
			Say:       func(text string, times int) { do(t, f, fake.Act{Text: text, Repeat: times - 1}) },
			Mumble:    func() { do(t, f, fake.Act{Mumble: true}) },
			Poison:    func() { do(t, f, fake.Act{Raw: []byte(undecodable)}) },
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
			Webhook: hooked.Webhook(sink),
			Post: func(secret string, update []byte) *http.Request {
				return httptest.NewRequest(http.MethodPost, "/hooks/vk", bytes.NewReader(signed(secret, update)))
			},
		}
		rig.Good.Secret = secret
		rig.Good.Update = fmt.Sprintf(numbered, 900, "да")
		return rig
	})
}

// numbered is an event as VK posts it: it goes by its event_id.
const numbered = `{"type":"message_new","event_id":"e%[1]d","group_id":9,"object":{"message":{"from_id":77,"peer_id":77,"date":%[1]d,"text":%[2]q}}}`

const undecodable = `{"type":"message_new","event_id":"e2","object":{"message":{"text":{"not":"a string"}}}}`

// signed puts the secret where VK has it, in the body. What is no JSON has no place
// for it: an event that cannot be decoded stands for that.
func signed(secret string, update []byte) []byte {
	var fields map[string]any
	if len(bytes.TrimSpace(update)) == 0 {
		return update
	}
	if json.Unmarshal(update, &fields) != nil {
		_ = json.Unmarshal([]byte(undecodable), &fields)
	}
	fields["secret"] = secret
	body, _ := json.Marshal(fields)
	return body
}

func sent(f *fakevk.Server) []botstest.Sent {
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

func spoil(t *testing.T, f *fakevk.Server, fault botstest.Fault) {
	switch fault {
	case botstest.Throttled:
		f.Spoil(fake.Fault{Kind: fake.Throttle, Method: "messages.send"})
	case botstest.Blocked:
		do(t, f, fake.Act{Block: true})
	case botstest.Outage:
		f.Spoil(fake.Fault{Kind: fake.Outage, Method: "messages.send"})
	case botstest.Masked:
		f.Spoil(fake.Fault{Kind: fake.BadGateway, Method: "messages.send"})
	case botstest.Paged:
		f.Spoil(fake.Fault{Kind: fake.Page, Method: "messages.send"})
	case botstest.Slow:
		f.Spoil(fake.Fault{Kind: fake.Stall, Method: "messages.send"})
	case botstest.Torn:
		f.Spoil(fake.Fault{Kind: fake.Tear, Method: "upload"})
	case botstest.Lost:
		f.Spoil(fake.Fault{Kind: fake.Drop, Method: "messages.send"})
	}
}
