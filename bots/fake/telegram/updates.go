package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

const maxBatch = 100

// getUpdates confirms what lies before offset, then answers with what there
// is, waiting up to timeout seconds for something.
func (s *Server) getUpdates(ctx context.Context, c call) (any, *apiError) {
	s.mu.Lock()
	if s.stopHook != nil {
		s.mu.Unlock()
		return nil, conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	if refused := s.ask(c); refused != nil {
		s.mu.Unlock()
		return nil, refused
	}
	s.poller++
	mine := s.poller
	s.confirm(c.int("offset"))
	s.change() // throws out a poller that waits
	s.mu.Unlock()

	limit := int(c.int("limit"))
	if limit < 1 || limit > maxBatch {
		limit = maxBatch
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(c.int("timeout"))*time.Second)
	defer cancel()
	batch, thrownOut := []json.RawMessage{}, false
	_ = s.await(ctx, func() bool { // the end of the wait is an empty answer
		thrownOut = s.poller != mine
		for _, u := range s.updates[:min(limit, len(s.updates))] {
			batch = append(batch, u.body)
		}
		return thrownOut || len(batch) > 0
	})
	if thrownOut {
		return nil, conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
	}
	return batch, nil
}

// unasked are what a bot is not told unless it asks by name
// (core.telegram.org/bots/api#getupdates).
var unasked = []string{"chat_member", "message_reaction", "message_reaction_count"}

// ask remembers which updates the bot wants; a call that does not say so leaves
// it as it was. Updates there already are stay. The lock is held.
func (s *Server) ask(c call) *apiError {
	names := c.fields["allowed_updates"]
	if names == "" {
		return nil
	}
	var asked []string
	if err := json.Unmarshal([]byte(names), &asked); err != nil {
		return badRequest("can't parse allowed_updates JSON object")
	}
	s.asked = asked
	return nil
}

// wants says whether the bot is told an update of this kind. The lock is held.
func (s *Server) wants(kind string) bool {
	if len(s.asked) == 0 {
		return !slices.Contains(unasked, kind)
	}
	return slices.Contains(s.asked, kind)
}

func conflict(what string) *apiError {
	return &apiError{Code: http.StatusConflict, Description: "Conflict: " + what}
}

// confirm forgets updates before offset. The lock is held.
func (s *Server) confirm(offset int64) {
	kept := s.updates[:0]
	for _, u := range s.updates {
		if u.id < offset {
			u.again--
		}
		if u.id >= offset || u.again >= 0 {
			kept = append(kept, u)
		}
	}
	s.updates = kept
}

func (s *Server) setWebhook(_ context.Context, c call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if refused := s.ask(c); refused != nil {
		return nil, refused
	}
	s.dropHook()
	if c.fields["url"] == "" {
		return true, nil
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stopHook = stop
	go s.push(ctx, c.fields["url"], c.fields["secret_token"])
	return true, nil
}

func (s *Server) deleteWebhook(context.Context, call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropHook()
	return true, nil
}

func (s *Server) dropHook() {
	if s.stopHook != nil {
		s.stopHook()
		s.stopHook = nil
	}
}

// pushRetry is how long a webhook that refused an update is left in peace.
const pushRetry = 50 * time.Millisecond

// push posts updates to url one by one, each until it is taken.
func (s *Server) push(ctx context.Context, url, secret string) {
	for {
		var next update
		if err := s.await(ctx, func() bool {
			if len(s.updates) > 0 {
				next = s.updates[0]
			}
			return next.id != 0
		}); err != nil {
			return
		}
		if err := post(ctx, url, secret, next.body); err != nil {
			select {
			case <-time.After(pushRetry):
			case <-ctx.Done():
			}
			continue
		}
		s.mu.Lock()
		s.confirm(next.id + 1)
		s.change()
		s.mu.Unlock()
	}
}

func post(ctx context.Context, url, secret string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
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
