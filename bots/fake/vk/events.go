package vk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"besedka/bots/fake"
)

// longPollServer gives a new key, and the number of what comes next.
func (s *Server) longPollServer(c call) (any, *refusal) {
	if c.Get("group_id") != strconv.FormatInt(s.group, 10) {
		return nil, badParameter("group_id is invalid")
	}
	next := s.Number()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys, s.expired = s.keys+1, false
	return map[string]any{"key": fmt.Sprint("key-", s.keys), "server": s.at + "/wh", "ts": strconv.FormatInt(next, 10)}, nil
}

// Expire makes the key that the bot has of no use any more.
func (s *Server) Expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expired = true
}

// valid says whether a key is the newest and has not expired.
func (s *Server) valid(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return key == fmt.Sprint("key-", s.keys) && !s.expired
}

// poll confirms what lies before ts, then answers with what there is, waiting so
// many seconds for something.
func (s *Server) poll(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	ts, err := strconv.ParseInt(q.Get("ts"), 10, 64)
	seconds, _ := strconv.Atoi(q.Get("wait"))
	if !s.valid(q.Get("key")) || err != nil {
		write(w, map[string]any{"failed": 2})
		return
	}
	s.listened()
	s.Take(ts)
	ctx, cancel := context.WithTimeout(r.Context(), time.Duration(seconds)*time.Second)
	defer cancel()
	var waiting []fake.Update
	_ = s.Await(ctx, func() bool { // the end of the wait is an empty answer
		waiting = s.Updates(ts, 100)
		return len(waiting) > 0 || !s.valid(q.Get("key"))
	})
	list := []json.RawMessage{}
	for _, u := range waiting {
		list = append(list, u.Body)
		ts = u.ID + 1
	}
	write(w, map[string]any{"ts": strconv.FormatInt(ts, 10), "updates": list})
}

func (s *Server) listened() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.polled = true
}

// AwaitListening returns once the bot misses no event any more.
func (s *Server) AwaitListening(ctx context.Context) error {
	return s.Await(ctx, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.polled
	})
}

// Call has events posted to a webhook of the Callback API, after its owner confirmed
// it: the body has the secret in it, and only a plain «ok» is an answer.
func (s *Server) Call(ctx context.Context, url, secret, confirmation string) error {
	hello := fmt.Sprintf(`{"type":"confirmation","group_id":%d}`, s.group)
	if said, err := post(ctx, url, []byte(hello)); err != nil || said != confirmation {
		return fmt.Errorf("the webhook says %q to the confirmation: %w", said, err)
	}
	s.Push(func(ctx context.Context, body []byte) error {
		var fields map[string]any
		if json.Unmarshal(body, &fields) == nil {
			fields["secret"] = secret
			body, _ = json.Marshal(fields)
		}
		said, err := post(ctx, url, body)
		if err == nil && said != "ok" {
			err = errors.New("the answer is not ok")
		}
		return err
	})
	return nil
}

func post(ctx context.Context, url string, body []byte) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("webhook answered %s", resp.Status)
	}
	return string(said), err
}

// Do lets a person act and returns the number of the event that tells the bot.
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
	kind, object, err := s.tell(a)
	if err != nil {
		return 0, err
	}
	return s.Tell(map[string]any{
		"type": kind, "object": object, "group_id": s.group, "v": "5.199", "event_id": fmt.Sprintf("%040x", s.Number()),
	}, a.Repeat+1)
}

func id(person string) int64 {
	n, _ := strconv.ParseInt(person, 10, 64)
	return n
}

// tell words an act as an event's type and object.
func (s *Server) tell(a fake.Act) (kind string, object map[string]any, err error) {
	switch {
	case a.Block:
		return "message_deny", map[string]any{"user_id": id(a.From)}, nil
	case a.Button != "", a.Key != nil:
		return s.tap(a)
	}
	return "message_new", map[string]any{"message": s.message(a), "client_info": map[string]any{"lang_id": 0}}, nil
}

func (s *Server) message(a fake.Act) map[string]any {
	n := s.Number()
	m := map[string]any{
		"id": n, "conversation_message_id": n, "date": s.Now().Unix(), "peer_id": id(a.From), "from_id": id(a.From),
		"text": a.Text, "attachments": s.attachments(a), "fwd_messages": []any{}, "random_id": 0, "out": 0,
	}
	if ref, started := strings.CutPrefix(a.Text, "/start "); started {
		m["text"], m["ref"], m["payload"] = "Начать", ref, `{"command":"start"}`
	}
	if a.Location != nil {
		m["geo"] = map[string]any{"type": "point", "coordinates": map[string]any{"latitude": a.Location.Lat, "longitude": a.Location.Lon}}
	}
	return m
}

func (s *Server) attachments(a fake.Act) []any {
	all := []any{}
	for _, photo := range a.Photos {
		at := s.keep(photo)
		all = append(all, map[string]any{"type": "photo", "photo": map[string]any{
			"id": s.Number(), "owner_id": id(a.From), "sizes": []any{
				map[string]any{"type": "s", "url": "http://127.0.0.1:1/thumbnail", "width": 75, "height": 75},
				map[string]any{"type": "w", "url": at, "width": 2560, "height": 1920},
			},
		}})
	}
	switch {
	case a.Document != nil:
		all = append(all, map[string]any{"type": "doc", "doc": map[string]any{"title": a.Document.Name, "ext": strings.TrimPrefix(path.Ext(a.Document.Name), "."), "size": len(a.Document.Data), "url": s.keepDocument(a.Document.Data)}})
	case a.File != nil:
		all = append(all, map[string]any{"type": a.File.Kind, a.File.Kind: s.thing(a.File)})
	case a.Mumble:
		all = append(all, map[string]any{"type": "hologram", "hologram": map[string]any{"depth": 3}})
	case a.Contact != nil: // VK knows no contact cards: people write their phone
		all = append(all, map[string]any{"type": "contact", "contact": map[string]any{}})
	}
	return all
}

// thing is a voice message or a sticker as VK words it; of a video it gives no file.
func (s *Server) thing(f *fake.File) map[string]any {
	switch f.Kind {
	case "audio_message":
		return map[string]any{"duration": 2, "link_mp3": s.keep(f.Data)}
	case "sticker":
		return map[string]any{"images": []any{map[string]any{"url": s.keep(f.Data), "width": 512, "height": 512}}}
	}
	return map[string]any{"player": "http://127.0.0.1:1/player"}
}

// tap is what a key does: an inline one makes an event, another types its label.
func (s *Server) tap(a fake.Act) (string, map[string]any, error) {
	b, m, err := s.Press(a)
	switch {
	case err != nil:
		return "", nil, err
	case b.URL != "":
		return "", nil, fmt.Errorf("the button opens %s", path.Base(b.URL))
	case m.Typed:
		return s.tell(fake.Act{From: a.From, Text: b.Text})
	}
	event := fmt.Sprintf("tap-%d", s.Number())
	s.Tapped(event)
	return "message_event", map[string]any{
		"user_id": id(a.From), "peer_id": id(a.From), "event_id": event, "payload": json.RawMessage(b.Data),
	}, nil
}
