package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	fake "besedka/bots/fake/telegram"
)

// Secrets of a shop, to be looked for where they must not be.
const (
	shopToken  = "700700:tok-sekret-tok"
	shopSecret = "hook-sekret-hook"
)

// shop is a demonstration that serves in this process, on a database of the
// test's: Telegram posts to its webhook, and everything is logged.
type shop struct {
	*testing.T
	url, dsn, data string
	wire           *fake.Server
	log            *journal
	stop           func()
}

// openShop serves until the test ends or stop is called.
func openShop(t *testing.T, dsn, data string) *shop {
	t.Helper()
	address := freeAddress(t)
	s := &shop{T: t, url: "http://" + address, dsn: dsn, data: data, wire: fake.New(shopToken, time.Now), log: &journal{}}
	api := httptest.NewServer(s.wire)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	cmd := serveCmd{place: place{Data: data, DatabaseURL: secret(dsn)}, Listen: address, Demo: true}
	cmd.telegram = telegram{Token: shopToken, Server: api.URL, Name: "shop_bot", WebhookSecret: shopSecret}
	go func() {
		ended <- cmd.Run(ctx, io.Discard, slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	}()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serve ended with %v", err)
		}
		s.wire.Close()
		api.Close()
	})
	t.Cleanup(s.stop)
	s.until("serve is ready", func() bool {
		answer, err := http.Get(s.url + "/readyz")
		if err == nil {
			answer.Body.Close()
		}
		return err == nil
	})
	return s
}

// until waits for something that another goroutine brings about.
func (s *shop) until(what string, true func() bool) {
	s.Helper()
	for end := time.Now().Add(time.Minute); !true(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			s.Fatalf("waited in vain until %s; the log:\n%s", what, s.log)
		}
	}
}

// does lets a person act in Telegram and waits until they read the words.
func (s *shop) does(a fake.Act, words string) {
	s.Helper()
	before := len(s.wire.Sent(0, 0))
	if _, err := s.wire.Do(a); err != nil {
		s.Fatal(err)
	}
	s.until("they read "+words, func() bool {
		heard := ""
		for _, m := range s.wire.Sent(0, 0)[before:] {
			heard += m.Text + "\n"
		}
		return strings.Contains(plain.Replace(heard), words)
	})
}

// plain writes any space as a plain one.
var plain = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

// journal is a log that may be read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}
