package max

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"besedka/bots/fake"
)

// updates confirms what lies before the marker, then answers with what there is,
// waiting up to timeout seconds for something.
func (s *Server) updates(c call) (any, *refusal) {
	if s.Pushed() {
		return nil, &refusal{status: http.StatusMethodNotAllowed, Code: "method.not.allowed", Message: "Bot is subscribed to webhook"}
	}
	s.want(strings.FieldsFunc(c.query("types"), func(r rune) bool { return r == ',' }))
	marker, err := strconv.ParseInt(c.query("marker"), 10, 64)
	if err != nil {
		marker = s.newest()
	} else {
		s.marked()
	}
	s.Take(marker)
	limit, err := strconv.Atoi(c.query("limit"))
	if err != nil || limit < 1 || limit > 1000 {
		limit = 100
	}
	seconds, _ := strconv.Atoi(c.query("timeout"))
	ctx, cancel := context.WithTimeout(c.Context(), time.Duration(seconds)*time.Second)
	defer cancel()
	var waiting []fake.Update
	_ = s.Await(ctx, func() bool { // the end of the wait is an empty answer
		waiting = s.Updates(marker, limit)
		return len(waiting) > 0
	})
	list := []json.RawMessage{}
	for _, u := range waiting {
		list = append(list, u.Body)
		marker = u.ID + 1
	}
	return map[string]any{"updates": list, "marker": marker}, nil
}

// newest is where a bot begins that has no marker: at the last update there is.
func (s *Server) newest() int64 {
	waiting := s.Updates(0, 1<<30)
	if len(waiting) == 0 {
		return s.Number()
	}
	return waiting[len(waiting)-1].ID
}

func (s *Server) marked() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.polled = true
}

// AwaitListening returns once the bot misses no update any more.
func (s *Server) AwaitListening(ctx context.Context) error {
	return s.Await(ctx, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.polled || len(s.hooks) > 0
	})
}

// want remembers which updates the bot asked for.
func (s *Server) want(types []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.types = types
}

func (s *Server) wants(kind string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.types) == 0 || slices.Contains(s.types, kind)
}

// hook is a subscription.
type hook struct {
	URL    string   `json:"url"`
	Types  []string `json:"update_types"`
	Secret string   `json:"secret,omitempty"`
}

func (s *Server) subscriptions(call) (any, *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []hook{}
	for _, h := range s.hooks {
		list = append(list, hook{URL: h.URL, Types: h.Types})
	}
	return map[string]any{"subscriptions": list}, nil
}

func (s *Server) subscribe(c call) (any, *refusal) {
	var h hook
	if err := json.Unmarshal(c.body, &h); err != nil || h.URL == "" {
		return nil, badRequest("url is required")
	}
	s.want(h.Types)
	s.setHooks(func(old []hook) []hook { return append(without(old, h.URL), h) })
	s.Push(func(ctx context.Context, body []byte) error { return post(ctx, h, body) })
	return done, nil
}

func (s *Server) unsubscribe(c call) (any, *refusal) {
	s.setHooks(func(old []hook) []hook { return without(old, c.query("url")) })
	s.Close()
	return done, nil
}

func (s *Server) setHooks(change func([]hook) []hook) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks = change(s.hooks)
}

func without(hooks []hook, url string) []hook {
	return slices.DeleteFunc(hooks, func(h hook) bool { return h.URL == url })
}

func post(ctx context.Context, h hook, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if h.Secret != "" {
		req.Header.Set("X-Max-Bot-Api-Secret", h.Secret)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("webhook answered %s", resp.Status)
	}
	return nil
}

// Do lets a person act and returns the number of the update that tells the bot, 0
// when it is of a kind that the bot did not ask for.
func (s *Server) Do(a fake.Act) (int64, error) {
	s.acting.Lock()
	defer s.acting.Unlock()
	if a.From == "" {
		return 0, errors.New("nobody acts")
	}
	s.Meet(a.From, a.Block)
	if a.Raw != nil {
		return s.Tell(a.Raw, a.Repeat+1)
	}
	u, err := s.tell(a)
	if err != nil {
		return 0, err
	}
	if !s.wants(u["update_type"].(string)) {
		return 0, nil
	}
	return s.Tell(u, a.Repeat+1)
}
