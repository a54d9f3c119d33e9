package web

import (
	"bytes"
	"net/http"
	"strconv"
	"time"

	"besedka/web/problem"
	"besedka/web/sse"
)

const transcriptPoll = 500 * time.Millisecond // how soon another process's line is noticed

// streamMessages sends the peer's lines as they come, each as its HTML with
// the cursor for an id, so a browser that reconnects misses nothing and sees
// nothing twice.
func (s *server) streamMessages(w http.ResponseWriter, r *http.Request, peer string) {
	leave, ok := s.streams.Enter(peer)
	if !ok {
		problem.Write(w, http.StatusTooManyRequests, "too_many_streams", "too many event streams are open; one session may hold 8")
		return
	}
	defer leave()
	wake, cancel := s.Chat.Watch(peer)
	defer cancel()
	stream := sse.Open(w)
	v, after := s.view(r), cursor(r)
	err := stream.Follow(r.Context(), wake, transcriptPoll, func() error {
		for {
			lines, err := s.Chat.Transcript(r.Context(), peer, after)
			if err != nil || len(lines) == 0 {
				return err
			}
			for _, line := range lines {
				var html bytes.Buffer
				if err := chatLine(v, line).Render(r.Context(), &html); err != nil {
					return err
				}
				if err := stream.Send(strconv.FormatInt(line.N, 10), html.Bytes()); err != nil {
					return err
				}
				after = line.N
			}
		}
	})
	s.streamEnded(r, "stream chat", err)
}

// streamEnded logs why a stream broke, unless its reader just left.
func (s *server) streamEnded(r *http.Request, what string, err error) {
	if err != nil && r.Context().Err() == nil {
		s.Log.WarnContext(r.Context(), "stream ended", "what", what, "error", err)
	}
}
