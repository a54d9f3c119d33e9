package cloudapi_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"besedka/bots"
	"besedka/bots/botstest"
	"besedka/bots/cloudapi"
	fake "besedka/bots/fake/cloudapi"
	"besedka/core/chat"
)

const (
	token  = "EAAsecret-secret"
	number = "106540352242922"
	secret = "app-secret"
	verify = "verify-token"
	person = "79990000077"
)

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// stand starts the fake and an adapter that nobody posts to yet.
func stand(t *testing.T, log *slog.Logger, now func() time.Time) (*fake.Server, *cloudapi.Adapter) {
	t.Helper()
	f := fake.New(fake.Config{Token: token, Phone: number, AppSecret: secret, VerifyToken: verify, Now: now})
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	t.Cleanup(f.Close)
	a, err := cloudapi.New(cloudapi.Config{
		Token: token, PhoneID: number, AppSecret: secret, VerifyToken: verify, Server: srv.URL,
		Picture: func(context.Context, chat.Media) ([]byte, error) { return jpeg, nil },
		Now:     now, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	return f, a
}

// jpeg is enough of a picture to be told by its first bytes.
var jpeg = []byte("\xff\xd8\xff\xe0 a picture")

// listen has the fake post to a until the test ends.
func listen(t *testing.T, f *fake.Server, a *cloudapi.Adapter, sink bots.Sink) {
	t.Helper()
	site := httptest.NewServer(a.Webhook(sink))
	t.Cleanup(site.Close)
	f.Hook(site.URL + "/hooks/whatsapp")
	t.Cleanup(f.Close)
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

func TestConformance(t *testing.T) {
	t.Parallel()
	botstest.Run(t, func(t *testing.T, sink bots.Sink, log *slog.Logger) botstest.Rig {
		f, a := stand(t, log, noon)
		do(t, f, fake.Act{From: person, Raw: []byte(`{"type":"reaction","id":"wamid.first","group_id":"nothing to us","from":"1"}`)})
		listen(t, f, a, sink)
		rig := botstest.Rig{
			Adapter: a, Peer: person, Secret: token,
			Say:       func(text string, times int) { do(t, f, fake.Act{Text: text, Repeat: times - 1}) },
			Mumble:    func() { do(t, f, fake.Act{Message: []byte(`{"type":"hologram","hologram":{"depth":3}}`)}) },
			Poison:    func() { do(t, f, fake.Act{Message: []byte(`{"type":"text","text":"not an object"}`)}) },
			Confirmed: f.AwaitConfirmed,
			Sent:      func() []botstest.Sent { return sent(f) },
			Fault:     func(fault botstest.Fault) { spoil(t, f, fault) },
			Webhook:   a.Webhook(sink),
			Post: func(secret string, update []byte) *http.Request {
				r := httptest.NewRequest(http.MethodPost, "/hooks/whatsapp", bytes.NewReader(update))
				r.Header.Set("X-Hub-Signature-256", fake.Sign(secret, update))
				return r
			},
		}
		rig.Good.Secret = secret
		rig.Good.Update = `{"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"` + number + `"},
			"messages":[{"id":"wamid.good","from":"79990000077","timestamp":"1","type":"text","text":{"body":"да"}}]}}]}]}`
		return rig
	})
}

func sent(f *fake.Server) []botstest.Sent {
	var all []botstest.Sent
	for _, m := range f.Sent(person, 0) {
		all = append(all, botstest.Sent{ID: m.Opaque, Text: m.Text})
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
	case botstest.Lost:
		f.Spoil(fake.Fault{Kind: fake.Drop})
	}
}
