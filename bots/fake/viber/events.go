package viber

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// setWebhook has events posted to an address that answers well at once.
func (s *Server) setWebhook(c call) answer {
	var ask struct {
		URL string `json:"url"`
	}
	if json.Unmarshal(c.body, &ask) != nil || !strings.HasPrefix(ask.URL, "http") {
		return invalidURL
	}
	hello, err := json.Marshal(map[string]any{"event": "webhook", "timestamp": s.Now().UnixMilli(), "message_token": s.newToken()})
	if err != nil {
		return badData(err.Error())
	}
	if _, err := s.post(c.Context(), ask.URL, hello); err != nil {
		return invalidURL
	}
	s.Push(func(ctx context.Context, body []byte) error {
		said, err := s.post(ctx, ask.URL, body)
		if err != nil {
			return err
		}
		return s.welcomed(body, said)
	})
	return answer{Message: "ok"}
}

// AwaitListening returns once the bot misses no event any more.
func (s *Server) AwaitListening(ctx context.Context) error { return s.Await(ctx, s.Pushed) }

func (s *Server) post(ctx context.Context, url string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Viber-Content-Signature", Sign(s.token, body))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(io.LimitReader(resp.Body, maxCall))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("webhook answered %s", resp.Status)
	}
	return said, err
}

// Sign is the header X-Viber-Content-Signature of a body.
func Sign(token string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// welcomed shows the answer to who opened the chat, and has them press its key: with
// nothing else to press or write, that is what they do. The same event again shows it
// no more, and is the same press.
func (s *Server) welcomed(event, said []byte) error {
	var e struct {
		Event string `json:"event"`
		Token int64  `json:"message_token"`
		User  user   `json:"user"`
	}
	if json.Unmarshal(event, &e) != nil || e.Event != "conversation_started" {
		return nil
	}
	_, m, wrong := read(said)
	if wrong != "" || len(m.Rows) == 0 {
		return nil // an answer that is no message shows nothing
	}
	s.mu.Lock()
	again := s.opened[e.Token]
	s.opened[e.Token] = true
	s.mu.Unlock()
	if !again {
		m.To = e.User.ID
		s.say(m)
	}
	s.Meet(e.User.ID, false)
	_, err := s.Tell(s.message(e.Token+1, e.User, map[string]any{"type": "text", "text": m.Rows[0][0].Data}), 1)
	return err
}
