package sse

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"
)

// ContentType is that of a stream.
const ContentType = "text/event-stream"

const (
	stall     = 30 * time.Second // a reader that takes nothing for so long is dropped
	comeBack  = 1000             // milliseconds until a browser reconnects
	pingEvery = 20 * time.Second // keeps proxies from closing an idle stream
)

// Stream writes events to one reader.
type Stream struct {
	w    http.ResponseWriter
	ctrl *http.ResponseController
}

// Open answers with an event stream. Failures show at the first write.
func Open(w http.ResponseWriter) Stream {
	w.Header().Set("Content-Type", ContentType)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would hold events back
	ctrl := http.NewResponseController(w)
	_ = ctrl.SetReadDeadline(time.Time{}) // else the server's ReadTimeout would end the stream
	return Stream{w: w, ctrl: ctrl}
}

// Send writes one event; "" sends it without an id. An id must not hold a line's end.
func (s Stream) Send(id string, data []byte) error {
	var event bytes.Buffer
	if id != "" {
		fmt.Fprintf(&event, "id: %s\n", id)
	}
	// a lone CR ends a line of the stream, too: what people wrote must not begin a field
	data = bytes.ReplaceAll(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	for line := range bytes.Lines(data) {
		event.WriteString("data: ")
		event.Write(bytes.TrimRight(line, "\n"))
		event.WriteByte('\n')
	}
	event.WriteByte('\n')
	return s.write(event.Bytes())
}

// Name writes an event that is a name and nothing else.
func (s Stream) Name(name string) error {
	return s.write(fmt.Appendf(nil, "event: %s\ndata: %s\n\n", name, name))
}

func (s Stream) write(event []byte) error {
	if err := s.ctrl.SetWriteDeadline(time.Now().Add(stall)); err != nil {
		return err
	}
	if _, err := s.w.Write(event); err != nil {
		return err
	}
	return s.ctrl.Flush()
}

// Follow calls news at once, at every wake and every poll, and pings in
// between, until news or a write fails or the reader leaves.
func (s Stream) Follow(ctx context.Context, wake <-chan struct{}, poll time.Duration, news func() error) error {
	if err := s.write(fmt.Appendf(nil, "retry: %d\n\n", comeBack)); err != nil {
		return err
	}
	look, ping := time.NewTicker(poll), time.NewTicker(pingEvery)
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
			if err := s.write([]byte(": ping\n\n")); err != nil {
				return err
			}
		}
	}
}
