package botstest

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Serve serves h until the test ends, or until it is cut off: then nobody listens
// there any more, and whoever kept a connection for later knows that it is gone. Who
// did not would write into it and be left in doubt, which is another fault, Lost.
func Serve(t testing.TB, h http.Handler) (url string, cut func()) {
	t.Helper()
	w := &wires{open: map[net.Conn]bool{}}
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ConnState = w.changed
	srv.Start()
	t.Cleanup(srv.Close)
	return srv.URL, func() {
		srv.Listener.Close() //nolint:errcheck // the test is about what follows
		w.hangUp()
	}
}

// wires are the connections of a server.
type wires struct {
	mu     sync.Mutex
	open   map[net.Conn]bool
	closed sync.WaitGroup
}

func (w *wires) changed(c net.Conn, state http.ConnState) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch state {
	case http.StateNew:
		w.open[c] = true
		w.closed.Add(1)
	case http.StateClosed:
		delete(w.open, c)
		w.closed.Done()
	}
}

// hangUp says the end on every connection and waits until the other side has heard
// it and closed.
func (w *wires) hangUp() {
	w.mu.Lock()
	for c := range w.open {
		c.(*net.TCPConn).CloseWrite() //nolint:errcheck // it may be gone by itself
	}
	w.mu.Unlock()
	w.closed.Wait()
}
