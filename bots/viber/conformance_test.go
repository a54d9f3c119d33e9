package viber_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"besedka/bots"
	"besedka/bots/botstest"
	"besedka/bots/fake"
	fakeviber "besedka/bots/fake/viber"
	"besedka/bots/viber"
	"besedka/core/chat"
)

const (
	token  = "445da6az1s345z78-secret-e0vc5fva17480im9"
	person = "01234567890A="
)

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// site is our side: the webhook, whose handler is known once the adapter is, and the
// pictures that Viber fetches.
type site struct {
	mu   sync.Mutex
	hook http.Handler
	srv  *httptest.Server
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if name, ok := strings.CutPrefix(r.URL.Path, "/pictures/"); ok {
		_, _ = w.Write(pictures[name])
		return
	}
	s.mu.Lock()
	hook := s.hook
	s.mu.Unlock()
	if hook == nil {
		http.NotFound(w, r)
		return
	}
	hook.ServeHTTP(w, r)
}

// picture is the address of the picture with a path; of one of ours, or else a failure.
func (s *site) picture(_ context.Context, m chat.Media) (string, error) {
	if m.Path == "gone.jpeg" {
		return "", errors.New("there is no such picture any more")
	}
	return s.srv.URL + "/pictures/" + m.Path, nil
}

// pictures are what our site has: a small one, one that is above Viber's limit, and what
// is none.
var pictures = map[string][]byte{"prize.jpg": drawn(9, 9), "wall.png": append(drawn(9, 9), make([]byte, 1<<20)...), "page.png": []byte("<html>")}

func drawn(width, height int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func (s *site) serve(hook http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

// rig is the fake, an adapter that does not listen yet, and our site.
type rig struct {
	*site
	f   *fakeviber.Server
	a   *viber.Adapter
	cut func() // the wire
}

func stand(t *testing.T, log *slog.Logger) rig {
	t.Helper()
	f := fakeviber.New(token, noon)
	server, cut := botstest.Serve(t, f)
	t.Cleanup(f.Close)
	s := &site{}
	s.srv = httptest.NewServer(s)
	t.Cleanup(s.srv.Close)
	a, err := viber.New(viber.Config{
		Token: token, URI: "besedka", Name: "Беседка", Server: server, WebhookURL: s.srv.URL,
		Welcome: func(lang string) viber.Welcome {
			return viber.Welcome{Text: "Акция <" + lang + ">", Button: "Начать & выиграть"}
		},
		Picture: s.picture, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	return rig{s, f, a, cut}
}

// listen has the fake post to the adapter until the test ends, or the stop returned is
// called, of which the fake is not told.
func (r rig) listen(t *testing.T, sink bots.Sink) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	hook := r.a.Webhook(sink)
	r.serve(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		both, end := context.WithCancel(q.Context())
		defer context.AfterFunc(ctx, end)()
		hook.ServeHTTP(w, q.WithContext(both))
	}))
	done := make(chan error, 1)
	go func() { done <- r.a.Run(ctx, sink) }()
	stop = sync.OnceFunc(func() {
		cancel()
		r.serve(nil)
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(stop)
	if err := r.f.AwaitListening(t.Context()); err != nil {
		t.Fatal(err)
	}
	return stop
}

func (r rig) do(t *testing.T, a fake.Act) {
	t.Helper()
	a.From = person
	if _, err := r.f.Do(a); err != nil {
		t.Fatal(err)
	}
}

// TestConformance leaves out edited: Viber changes nothing that was sent. A picture does
// not go up with a message: torn is the call that names it.
func TestConformance(t *testing.T) {
	t.Parallel()
	botstest.Run(t, func(t *testing.T, sink bots.Sink, log *slog.Logger) botstest.Rig {
		r := stand(t, log)
		stop := r.listen(t, sink)
		r.f.Meet(person, false)
		rig := botstest.Rig{
			Adapter: r.a, Peer: person, Secret: token,
			Say:       func(text string, times int) { r.do(t, fake.Act{Text: text, Repeat: times - 1}) },
			Mumble:    func() { r.do(t, fake.Act{Mumble: true}) },
			Poison:    func() { r.do(t, fake.Act{Raw: []byte(undecodable)}) },
			Confirmed: r.f.AwaitConfirmed,
			Sent:      func() []botstest.Sent { return r.sent() },
			Fault:     func(fault botstest.Fault) { r.spoil(t, fault) },
			Knows:     []botstest.Fault{botstest.Paged, botstest.Slow, botstest.Torn},
			Tap: func(m botstest.Sent, key int) error {
				_, err := r.f.Do(fake.Act{From: person, Key: &fake.Key{Message: m.Handle.(int), Place: key}})
				return err
			},
			Numbered: func(n int, text string) []byte { return fmt.Appendf(nil, numbered, n, text) },
			Stop:     stop, Start: func() { r.listen(t, sink) }, Cut: r.cut,
			Webhook: r.a.Webhook(sink),
			Post:    post,
		}
		rig.Good.Secret = token
		rig.Good.Update = fmt.Sprintf(numbered, 900, "да")
		return rig
	})
}

func post(secret string, update []byte) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/hooks/viber", bytes.NewReader(update))
	r.Header.Set("X-Viber-Content-Signature", fakeviber.Sign(secret, update))
	return r
}

// numbered is a message as Viber posts it, told by its token.
const numbered = `{"event":"message","timestamp":1457764197627,"message_token":4912661846655238%[1]d,"sender":{"id":"` + person + `"},"message":{"type":"text","text":%[2]q}}`

const undecodable = `{"event":"message","message_token":2,"sender":{"id":"` + person + `"},"message":"not an object"}`

func (r rig) sent() []botstest.Sent {
	var all []botstest.Sent
	for _, m := range r.f.Sent(person, 0) {
		one := botstest.Sent{ID: m.RequestID, Text: m.Text, Picture: m.Photo != nil, Handle: m.N}
		for _, b := range slices.Concat(m.Rows...) {
			one.Keys = append(one.Keys, chat.Button{Title: b.Text, URL: b.URL})
		}
		all = append(all, one)
	}
	return all
}

func (r rig) spoil(t *testing.T, fault botstest.Fault) {
	kinds := map[botstest.Fault]fake.FaultKind{
		botstest.Throttled: fake.Throttle, botstest.Outage: fake.Outage, botstest.Masked: fake.BadGateway,
		botstest.Paged: fake.Page, botstest.Slow: fake.Stall, botstest.Lost: fake.Drop, botstest.Torn: fake.Tear,
	}
	if fault == botstest.Blocked {
		r.do(t, fake.Act{Block: true})
		return
	}
	r.f.Spoil(fake.Fault{Kind: kinds[fault], Method: "send_message"})
}
