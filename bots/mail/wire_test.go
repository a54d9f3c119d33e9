package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	gomail "github.com/wneessen/go-mail"

	"besedka/bots"
	fake "besedka/bots/fake/mail"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func server(t *testing.T) (*fake.Server, *Carrier) {
	t.Helper()
	s, err := fake.Start(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	c, err := New(Config{Server: s.URL(), From: "Полянка <hello@polyanka.example>", Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	return s, c
}

var note = bots.Letter{
	Key: "topup/1/email", To: "anna@example.org", Title: "Вам +50 бонусов",
	Text: "Анна, <спасибо> & до встречи!\n\nВсе бонусы: https://polyanka.example/?a=1&b=2.\nПолянка", Unsubscribe: "https://polyanka.example/letters/email-7-abc",
}

func TestLetter(t *testing.T) {
	t.Parallel()
	s, c := server(t)
	id, err := c.Send(t.Context(), note)
	if err != nil {
		t.Fatal(err)
	}
	got := s.Received(note.To, 0)
	if len(got) != 1 {
		t.Fatalf("the box has %d letters", len(got))
	}
	m := got[0]
	if m.Title != note.Title || m.Text != note.Text || m.From != "hello@polyanka.example" || m.ID != "<"+id+">" {
		t.Errorf("received %+v", m)
	}
	for _, want := range []string{"&lt;спасибо&gt; &amp; до", `<a href="https://polyanka.example/?a=1&amp;b=2">https://polyanka.example/?a=1&amp;b=2</a>.<br>Полянка</p>`} {
		if !strings.Contains(m.Page, want) {
			t.Errorf("the page is %s, want %s in it", m.Page, want)
		}
	}
	for header, want := range map[string]string{
		"List-Unsubscribe": "<" + note.Unsubscribe + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Auto-Submitted": "auto-generated", "Date": "Mon, 30 Nov 2026 12:00:00 +0000",
	} {
		if m.Header.Get(header) != want {
			t.Errorf("%s: %q, want %q", header, m.Header.Get(header), want)
		}
	}
	again, err := c.Send(t.Context(), note)
	if again != id || err != nil {
		t.Errorf("the same letter again is %s, was %s: %v", again, id, err)
	}
}

// Every way to fail is told apart, and no address stands in the error.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fault fake.Fault
		want  error
		taken int
	}{
		{fake.Fault{Kind: fake.RefuseFrom, Code: 550}, bots.ErrUnauthorized, 0},
		{fake.Fault{Kind: fake.RefuseFrom, Code: 451}, bots.ErrUnavailable, 0},
		{fake.Fault{Kind: fake.RefuseTo, Code: 550}, bots.ErrRejected, 0},
		{fake.Fault{Kind: fake.RefuseTo, Code: 450}, bots.ErrUnavailable, 0},
		{fake.Fault{Kind: fake.RefuseData, Code: 554}, bots.ErrRejected, 0},
		{fake.Fault{Kind: fake.RefuseData, Code: 451}, bots.ErrUnavailable, 0},
		{fake.Fault{Kind: fake.Drop}, bots.ErrUnknownOutcome, 1},
	} {
		s, c := server(t)
		s.Spoil(tt.fault)
		_, err := c.Send(t.Context(), note)
		if !errors.Is(err, tt.want) || strings.Contains(err.Error(), "@") {
			t.Errorf("%+v: %v, want %v without addresses", tt.fault, err, tt.want)
		}
		if got := len(s.Received("", 0)); got != tt.taken {
			t.Errorf("%+v: %d taken, want %d", tt.fault, got, tt.taken)
		}
	}
	s, c := server(t)
	s.Close()
	if _, err := c.Send(t.Context(), note); !errors.Is(err, bots.ErrUnavailable) {
		t.Errorf("nobody listens: %v", err)
	}
	bad := note
	bad.To = "no address"
	if _, err := c.Send(t.Context(), bad); !errors.Is(err, bots.ErrRejected) {
		t.Errorf("no address: %v", err)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	for _, tt := range []Config{
		{Server: "https://mail.example", From: "a@b.example"}, {Server: "smtp://", From: "a@b.example"}, {Server: "smtp://user:sekret@mail .example", From: "a@b.example"}, {Server: "smtp://mail.example", From: "Полянка"},
	} {
		if _, err := New(tt); err == nil || strings.Contains(err.Error(), "sekret") {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}

// A server of the internet that does not encrypt, or is not who it says, gets neither letter
// nor password; one that does gets both.
func TestEncryptionIsRequired(t *testing.T) {
	t.Parallel()
	web := httptest.NewUnstartedServer(nil) // for its certificate
	web.StartTLS()
	t.Cleanup(web.Close)
	for name, tt := range map[string]struct {
		tls   *tls.Config
		trust bool
		good  bool
	}{
		"plain":    {nil, true, false},
		"stranger": {&tls.Config{Certificates: web.TLS.Certificates}, false, false},
		"itself":   {&tls.Config{Certificates: web.TLS.Certificates}, true, true},
	} {
		seen := &session{}
		s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return seen, nil }))
		s.TLSConfig = tt.tls
		wire, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go s.Serve(wire)
		c, err := New(Config{Server: "smtp://example.com", From: "hello@polyanka.example", Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		c.opts = append(c.opts, gomail.WithDialContextFunc(func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", wire.Addr().String())
		}))
		if tt.trust {
			roots := web.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
			c.opts = append(c.opts, gomail.WithTLSConfig(&tls.Config{RootCAs: roots, ServerName: "example.com", MinVersion: tls.VersionTLS12}))
		}
		_, err = c.Send(t.Context(), note)
		if (err == nil) != tt.good || (err != nil) != errors.Is(err, bots.ErrUnavailable) || seen.letters != 0 != tt.good {
			t.Errorf("%s: %v, %d letters", name, err, seen.letters)
		}
		s.Close()
	}
}

// session counts letters.
type session struct{ letters int }

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s *session) Reset()                               {}
func (s *session) Logout() error                        { return nil }
func (s *session) Data(r io.Reader) error {
	s.letters++
	_, err := io.Copy(io.Discard, r)
	return err
}
