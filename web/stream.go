package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	eventStream  = "text/event-stream"
	streamStall  = 30 * time.Second // a reader that takes nothing for so long is dropped
	streamReturn = 1000             // milliseconds until a browser reconnects
)

// stream writes server-sent events (HTML standard, section 9.2).
type stream struct {
	w    http.ResponseWriter
	ctrl *http.ResponseController
}

// openStream answers with an event stream. Failures show at the first write.
func openStream(w http.ResponseWriter) stream {
	w.Header().Set("Content-Type", eventStream)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would hold events back
	ctrl := http.NewResponseController(w)
	_ = ctrl.SetReadDeadline(time.Time{}) // else the server's ReadTimeout would end the stream
	return stream{w: w, ctrl: ctrl}
}

// send writes one event; id 0 sends it without an id.
func (s stream) send(id int64, data []byte) error {
	var event bytes.Buffer
	if id != 0 {
		fmt.Fprintf(&event, "id: %d\n", id)
	}
	for line := range bytes.Lines(data) {
		event.WriteString("data: ")
		event.Write(bytes.TrimRight(line, "\r\n"))
		event.WriteByte('\n')
	}
	event.WriteByte('\n')
	return s.write(event.Bytes())
}

func (s stream) write(event []byte) error {
	if err := s.ctrl.SetWriteDeadline(time.Now().Add(streamStall)); err != nil {
		return err
	}
	if _, err := s.w.Write(event); err != nil {
		return err
	}
	return s.ctrl.Flush()
}

// follow calls news at once, at every wake and every poll, and pings in
// between, until news or a write fails or the reader leaves.
func follow(ctx context.Context, wake <-chan struct{}, poll time.Duration, to stream, news func() error) error {
	if err := to.write(fmt.Appendf(nil, "retry: %d\n\n", streamReturn)); err != nil {
		return err
	}
	look, ping := time.NewTicker(poll), time.NewTicker(streamPing)
	defer look.Stop()
	defer ping.Stop()
	for {
		if err := news(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-wake:
		case <-look.C:
		case <-ping.C:
			if err := to.write([]byte(": ping\n\n")); err != nil {
				return err
			}
		}
	}
}

// Limits of open streams: of one session, a few open pages; of the process,
// because each looks into the database twice a second and a session costs its
// maker nothing.
const (
	maxStreams    = 8
	maxAllStreams = 4000
)

// crowd counts the open streams of every session.
type crowd struct {
	mu   sync.Mutex
	here map[string]int
	all  int
}

// enter takes a place for a stream; ok is false when the session has none left.
func (c *crowd) enter(peer string) (leave func(), ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.here[peer] == maxStreams || c.all == maxAllStreams {
		return nil, false
	}
	c.here[peer]++
	c.all++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.all--
		if c.here[peer]--; c.here[peer] == 0 {
			delete(c.here, peer)
		}
	}, true
}

// streamEnded logs why a stream broke, unless its reader just left.
func (s *server) streamEnded(r *http.Request, what string, err error) {
	if err != nil && r.Context().Err() == nil {
		s.Log.WarnContext(r.Context(), "stream ended", "what", what, "error", err)
	}
}
