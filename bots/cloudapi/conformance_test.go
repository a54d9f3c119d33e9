package cloudapi_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"besedka/bots"
	"besedka/bots/botstest"
	"besedka/bots/cloudapi"
	fake "besedka/bots/fake/cloudapi"
	"besedka/core/chat"
)

const (
	token   = "EAAsecret-secret"
	number  = "106540352242922"
	account = "102290129340398"
	secret  = "app-secret"
	verify  = "verify-token"
	person  = "79990000077"
)

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// stand starts the fake and an adapter that nobody posts to yet.
func stand(t *testing.T, log *slog.Logger, now func() time.Time) (*fake.Server, *cloudapi.Adapter) {
	t.Helper()
	f, a, _ := standing(t, log, now)
	return f, a
}

// standing is stand with a way to cut the wire.
func standing(t *testing.T, log *slog.Logger, now func() time.Time) (f *fake.Server, _ *cloudapi.Adapter, cut func()) {
	t.Helper()
	f = fake.New(fake.Config{Token: token, Phone: number, AppSecret: secret, VerifyToken: verify, Business: account, Now: now})
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	t.Cleanup(f.Close)
	a, err := cloudapi.New(cloudapi.Config{
		Token: token, PhoneID: number, AppSecret: secret, VerifyToken: verify, BusinessID: account, Server: srv.URL,
		Picture: func(context.Context, chat.Media) ([]byte, error) { return jpeg, nil },
		Now:     now, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	return f, a, func() {
		srv.Listener.Close() //nolint:errcheck // the test is about what follows
		srv.CloseClientConnections()
	}
}

// jpeg is enough of a picture to be told by its first bytes.
var jpeg = []byte("\xff\xd8\xff\xe0 a picture")

// listen has the fake post to a until the test ends, or until our site is stopped, of
// which the fake is not told.
func listen(t *testing.T, f *fake.Server, a *cloudapi.Adapter, sink bots.Sink) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	site := httptest.NewUnstartedServer(a.Webhook(sink))
	site.Config.BaseContext = func(net.Listener) context.Context { return ctx }
	site.Start()
	stop = sync.OnceFunc(func() {
		cancel()
		site.Close()
	})
	t.Cleanup(stop)
	f.Hook(site.URL + "/hooks/whatsapp")
	t.Cleanup(f.Close)
	return stop
}

func do(t *testing.T, f *fake.Server, a fake.Act) string {
	t.Helper()
	if a.From == "" {
		a.From = person
	}
	id, err := f.Do(a)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestConformance leaves out edited: the Cloud API changes nothing that was sent.
func TestConformance(t *testing.T) {
	t.Parallel()
	botstest.Run(t, func(t *testing.T, sink bots.Sink, log *slog.Logger) botstest.Rig {
		f, a, cut := standing(t, log, noon)
		do(t, f, fake.Act{From: person, Raw: []byte(`{"type":"reaction","id":"wamid.first","group_id":"nothing to us","from":"1"}`)})
		stop := listen(t, f, a, sink)
		rig := botstest.Rig{
			Adapter: a, Peer: person, Secret: token,
			Say:       func(text string, times int) { do(t, f, fake.Act{Text: text, Repeat: times - 1}) },
			Mumble:    func() { do(t, f, fake.Act{Message: []byte(`{"type":"hologram","hologram":{"depth":3}}`)}) },
			Poison:    func() { do(t, f, fake.Act{Message: []byte(`{"type":"text","text":"not an object"}`)}) },
			Confirmed: f.AwaitConfirmed,
			Sent:      func() []botstest.Sent { return sent(f) },
			Fault:     func(fault botstest.Fault) { spoil(t, f, fault) },
			Knows:     []botstest.Fault{botstest.Paged, botstest.Slow, botstest.Torn},
			Tap: func(m botstest.Sent, key int) error {
				_, err := f.Tap(person, m.Handle.(int), key)
				return err
			},
			Numbered: func(n int, text string) []byte { return []byte(fmt.Sprintf(numbered, n, text)) },
			Stop:     stop, Start: func() { listen(t, f, a, sink) }, Cut: cut,
			Webhook: a.Webhook(sink),
			Post: func(secret string, update []byte) *http.Request {
				r := httptest.NewRequest(http.MethodPost, "/hooks/whatsapp", bytes.NewReader(update))
				r.Header.Set("X-Hub-Signature-256", fake.Sign(secret, update))
				return r
			},
		}
		rig.Good.Secret = secret
		rig.Good.Update = fmt.Sprintf(numbered, 900, "да")
		return rig
	})
}

// numbered is a message as Meta posts it, told by its wamid.
const numbered = `{"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"` + number + `"},
	"messages":[{"id":"wamid.%d","from":"` + person + `","timestamp":"1","type":"text","text":{"body":%q}}]}}]}]}`

func sent(f *fake.Server) []botstest.Sent {
	var all []botstest.Sent
	for _, m := range f.Sent(person, 0) {
		one := botstest.Sent{ID: m.Opaque, Text: m.Text, Picture: m.Photo != nil, Handle: m.N}
		for _, b := range m.Buttons {
			one.Keys = append(one.Keys, chat.Button{Title: b.Title, Desc: b.Desc})
		}
		all = append(all, one)
	}
	return all
}

func spoil(t *testing.T, f *fake.Server, fault botstest.Fault) {
	switch fault {
	case botstest.Throttled:
		f.Spoil(fake.Fault{Kind: fake.Refuse, Code: 131056})
	case botstest.Blocked:
		do(t, f, fake.Act{Block: true})
	case botstest.Outage:
		f.Spoil(fake.Fault{Kind: fake.Outage})
	case botstest.Masked:
		f.Spoil(fake.Fault{Kind: fake.BadGateway})
	case botstest.Paged:
		f.Spoil(fake.Fault{Kind: fake.Masked})
	case botstest.Slow:
		f.Spoil(fake.Fault{Kind: fake.Stall})
	case botstest.Torn:
		f.Spoil(fake.Fault{Kind: fake.Tear, Op: "media"})
	case botstest.Lost:
		f.Spoil(fake.Fault{Kind: fake.Drop})
	}
}
