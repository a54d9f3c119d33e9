package cloudapi

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
	"net/url"
	"strings"
	"time"
)

// news is one thing to tell the bot: a person's message or what became of one
// of the bot's.
type news struct {
	from    string
	body    any // an element of messages or of statuses
	contact any
	status  bool
}

// perPost is how many news go into one body.
const perPost = 20

// retryAfter is how long a webhook that refused a post is left in peace. Meta
// waits longer each time, for days.
const retryAfter = 50 * time.Millisecond

// Hook has news posted to address, once whoever is there has proved to know the
// verify token. It replaces the address given before.
func (s *Server) Hook(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopHook != nil {
		s.stopHook()
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stopHook = stop
	go s.push(ctx, address)
}

// push verifies address, then posts what there is, each body until it is taken.
func (s *Server) push(ctx context.Context, address string) {
	for s.verify(ctx, address) != nil {
		if !sleep(ctx) {
			return
		}
	}
	for {
		var batch []news
		if s.await(ctx, func() bool {
			batch = s.news[:min(perPost, len(s.news))]
			return len(batch) > 0
		}) != nil {
			return
		}
		if s.post(ctx, address, batch) != nil {
			if !sleep(ctx) {
				return
			}
			continue
		}
		s.mu.Lock()
		s.news = s.news[len(batch):]
		s.change()
		s.mu.Unlock()
	}
}

func sleep(ctx context.Context) bool {
	select {
	case <-time.After(retryAfter):
		return true
	case <-ctx.Done():
		return false
	}
}

// verify is how Meta looks whether a webhook is ours.
func (s *Server) verify(ctx context.Context, address string) error {
	ask := url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {s.cfg.VerifyToken}, "hub.challenge": {"1158201444"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"?"+ask.Encode(), nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if err == nil && (resp.StatusCode != http.StatusOK || strings.TrimSpace(string(body)) != "1158201444") {
		err = fmt.Errorf("webhook answered %s", resp.Status)
	}
	return err
}

func (s *Server) post(ctx context.Context, address string, batch []news) error {
	body, err := json.Marshal(s.payload(batch))
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Hub-Signature-256", s.signature(body))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("webhook answered %s", resp.Status)
	}
	return nil
}

// signature is the right one, unless the fault Forge is on.
func (s *Server) signature(body []byte) string {
	secret := s.cfg.AppSecret
	if s.takeFault("webhook", "", Forge) != nil {
		secret += "x"
	}
	return Sign(secret, body)
}

// Sign is the header X-Hub-Signature-256 of a body.
func Sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// payload spreads news over entries and changes, as Meta does when it has many.
func (s *Server) payload(batch []news) any {
	var entries []any
	for first, rest := batch[:(len(batch)+1)/2], batch[(len(batch)+1)/2:]; len(first) > 0; first, rest = rest, nil {
		var changes []any
		for _, n := range first {
			changes = append(changes, map[string]any{"field": "messages", "value": s.value(n)})
		}
		entries = append(entries, map[string]any{"id": "waba", "changes": changes})
	}
	return map[string]any{"object": "whatsapp_business_account", "entry": entries}
}

func (s *Server) value(n news) any {
	v := map[string]any{
		"messaging_product": "whatsapp",
		"metadata":          map[string]any{"display_phone_number": "15550001", "phone_number_id": s.cfg.Phone},
	}
	if n.status {
		v["statuses"] = []any{n.body}
		return v
	}
	v["contacts"], v["messages"] = []any{n.contact}, []any{n.body}
	return v
}
