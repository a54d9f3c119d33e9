package sms_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"besedka/bots"
	fake "besedka/bots/fake/sms"
	"besedka/bots/sms"
)

const key = "s3cr3t-key"

func provider(t *testing.T) (*fake.Server, *sms.Carrier) {
	t.Helper()
	server := fake.New("polyanka", key, time.Now)
	wire := httptest.NewServer(server)
	t.Cleanup(wire.Close)
	c, err := sms.New(sms.Config{Server: wire.URL + "/sys/", Login: "polyanka", Key: key, From: "Polyanka"})
	if err != nil {
		t.Fatal(err)
	}
	return server, c
}

var note = bots.Letter{Key: "topup/1/sms", To: "+79990000001", Text: "+50 бонусов"}

func TestSent(t *testing.T) {
	t.Parallel()
	server, c := provider(t)
	if fate, err := c.Track(t.Context(), note); fate != bots.Unheard || err != nil {
		t.Errorf("before it is sent: %q, %v", fate, err)
	}
	external, err := c.Send(t.Context(), note)
	if external != sms.ID(note.Key) || err != nil {
		t.Errorf("sent as %q, %v", external, err)
	}
	sent := server.Sent(note.To, 0)
	if len(sent) != 1 || sent[0].Text != note.Text || sent[0].From != "Polyanka" || sent[0].Parts != 1 {
		t.Errorf("the phone has %+v", sent)
	}
	if fate, err := c.Track(t.Context(), note); fate != bots.Arrived || err != nil {
		t.Errorf("then: %q, %v", fate, err)
	}
	server.TurnOff("+79990000002")
	off := bots.Letter{Key: "2", To: "+79990000002", Text: "x"}
	if _, err := c.Send(t.Context(), off); err != nil {
		t.Fatal(err)
	}
	if fate, err := c.Track(t.Context(), off); fate != bots.Undelivered || err != nil {
		t.Errorf("to a phone that is off: %q, %v", fate, err)
	}
}

// Every way to fail is told apart, and neither the key nor the number nor the words stand
// in the error.
func TestRefusals(t *testing.T) {
	t.Parallel()
	throttled := new(bots.ThrottledError)
	for _, tt := range []struct {
		fault fake.Fault
		want  error
		taken int
	}{
		{fake.Fault{Kind: fake.Refuse, Code: 1}, bots.ErrRejected, 0},
		{fake.Fault{Kind: fake.Refuse, Code: 2}, bots.ErrUnauthorized, 0},
		{fake.Fault{Kind: fake.Refuse, Code: 3}, bots.ErrUnavailable, 0},
		{fake.Fault{Kind: fake.Refuse, Code: 4}, throttled, 0},
		{fake.Fault{Kind: fake.Refuse, Code: 6}, bots.ErrRejected, 0},
		{fake.Fault{Kind: fake.Refuse, Code: 7}, bots.ErrRejected, 0},
		{fake.Fault{Kind: fake.Refuse, Code: 8}, bots.ErrRejected, 0},
		{fake.Fault{Kind: fake.Refuse, Code: 9}, bots.ErrUnknownOutcome, 0},
		{fake.Fault{Kind: fake.Refuse, Code: 77}, bots.ErrUnknownOutcome, 0},
		{fake.Fault{Kind: fake.Lose}, bots.ErrUnknownOutcome, 0},
		{fake.Fault{Kind: fake.Drop}, bots.ErrUnknownOutcome, 1},
		{fake.Fault{Kind: fake.Page}, bots.ErrUnknownOutcome, 1},
	} {
		server, c := provider(t)
		server.Spoil(tt.fault)
		_, err := c.Send(t.Context(), note)
		if tt.want == error(throttled) {
			if got, ok := errors.AsType[*bots.ThrottledError](err); !ok || got.After == 0 {
				t.Errorf("%+v: %v", tt.fault, err)
			}
		} else if !errors.Is(err, tt.want) {
			t.Errorf("%+v: %v, want %v", tt.fault, err, tt.want)
		}
		if got := len(server.Sent(note.To, 0)); got != tt.taken {
			t.Errorf("%+v: %d taken, want %d", tt.fault, got, tt.taken)
		}
		if err != nil && (strings.Contains(err.Error(), key) || strings.Contains(err.Error(), "7999") || strings.Contains(err.Error(), "бонус")) {
			t.Errorf("%+v tells too much: %v", tt.fault, err)
		}
		if fate, err := c.Track(t.Context(), note); (fate == bots.Unheard) != (tt.taken == 0) || err != nil {
			t.Errorf("%+v: then %q, %v", tt.fault, fate, err)
		}
	}
}

// Nobody listens: nothing was sent. Somebody else does: nobody knows.
func TestStrangers(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	c, err := sms.New(sms.Config{Server: closed.URL, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Send(t.Context(), note); !errors.Is(err, bots.ErrUnavailable) {
		t.Errorf("nobody listens: %v", err)
	}
	for name, say := range map[string]func(w http.ResponseWriter){
		"html":    func(w http.ResponseWriter) { w.Write([]byte("<html>")) },
		"empty":   func(http.ResponseWriter) {},
		"nothing": func(w http.ResponseWriter) { w.Write([]byte("{}")) },
		"away": func(w http.ResponseWriter) {
			w.Header().Set("Location", "http://elsewhere.example/")
			w.WriteHeader(307)
		},
	} {
		other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { say(w) }))
		c, err := sms.New(sms.Config{Server: other.URL, Key: key})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Send(t.Context(), note); !errors.Is(err, bots.ErrUnknownOutcome) {
			t.Errorf("%s: %v", name, err)
		}
		other.Close()
	}
	if _, err := sms.New(sms.Config{Server: "smsc.ru", Key: key}); err == nil {
		t.Error("an address without a host passes")
	}
	if _, err := sms.New(sms.Config{}); err == nil {
		t.Error("an account without a key passes")
	}
}
