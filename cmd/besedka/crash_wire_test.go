package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	fake "besedka/bots/fake/telegram"
)

const crashToken = "42:crash"

// crashWire is the Telegram of the crash test. Every process reaches it under
// an address of its own, so that it is known who sent what.
type crashWire struct {
	fake   *fake.Server
	server *httptest.Server
	news   chan struct{} // something was sent
}

func newCrashWire(t *testing.T) *crashWire {
	w := &crashWire{fake: fake.New(crashToken, time.Now), news: make(chan struct{}, 1)}
	w.server = httptest.NewServer(w)
	t.Cleanup(w.server.Close)
	return w
}

// url is where process number app finds the Bot API.
func (w *crashWire) url(app int) string { return fmt.Sprintf("%s/%d", w.server.URL, app) }

func (w *crashWire) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	app, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	r.URL.Path = "/" + path
	if id := r.Header.Get("X-Request-Id"); id != "" {
		r.Header.Set("X-Request-Id", app+"/"+id)
	}
	w.fake.ServeHTTP(rw, r)
	select {
	case w.news <- struct{}{}:
	default:
	}
}
