package viber

import (
	"errors"
	"fmt"
	"strings"

	"besedka/bots/fake"
)

// user is a person as events have them.
type user struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Lang string `json:"language"`
	API  int    `json:"api_version"`
}

// firstToken makes tokens as long as Viber's. They go up in twos: a chat that is opened
// needs one more for the press that follows.
const firstToken = 4912661846655238144

func (s *Server) newToken() int64 { return firstToken + 2*s.Number() }

// Do lets a person act and returns the number of the event that tells the bot. Who comes
// by a link, «/start payload», opens the chat, sees the welcome and presses its key.
func (s *Server) Do(a fake.Act) (int64, error) {
	s.acting.Lock()
	defer s.acting.Unlock()
	if a.From == "" {
		return 0, errors.New("nobody acts")
	}
	if payload, opens := strings.CutPrefix(a.Text, "/start"); opens {
		return s.open(a, strings.TrimSpace(payload))
	}
	s.Meet(a.From, a.Block)
	switch {
	case a.Raw != nil:
		return s.Tell(a.Raw, a.Repeat+1)
	case a.Block:
		return s.Tell(map[string]any{
			"event": "unsubscribed", "timestamp": s.Now().UnixMilli(), "user_id": a.From, "message_token": s.newToken(),
		}, a.Repeat+1)
	}
	said, err := s.said(a)
	if err != nil {
		return 0, err
	}
	var last int64
	for _, content := range said {
		if last, err = s.Tell(s.message(s.newToken(), of(a), content), a.Repeat+1); err != nil {
			return 0, err
		}
	}
	return last, nil
}

func of(a fake.Act) user { return user{ID: a.From, Name: a.Name, Lang: a.Lang, API: 10} }

func (s *Server) open(a fake.Act, payload string) (int64, error) {
	known, blocked := s.Reach(a.From)
	e := map[string]any{
		"event": "conversation_started", "timestamp": s.Now().UnixMilli(), "message_token": s.newToken(),
		"type": "open", "user": of(a), "subscribed": known && !blocked,
	}
	if payload != "" {
		e["context"] = payload
	}
	return s.Tell(e, a.Repeat+1)
}

func (s *Server) message(token int64, from user, content map[string]any) map[string]any {
	return map[string]any{
		"event": "message", "timestamp": s.Now().UnixMilli(), "message_token": token, "chat_hostname": "SN-CHAT-05_",
		"sender": from, "message": content, "silent": false,
	}
}

// said is what a person does as messages: each picture is one.
func (s *Server) said(a fake.Act) ([]map[string]any, error) {
	switch {
	case a.Button != "", a.Key != nil:
		b, _, err := s.Press(a)
		if err == nil && b.URL != "" {
			err = fmt.Errorf("the button opens %s", b.URL)
		}
		return []map[string]any{{"type": "text", "text": b.Data}}, err
	case len(a.Photos) > 0:
		return s.pictures(a), nil
	}
	return []map[string]any{s.content(a)}, nil
}

func (s *Server) pictures(a fake.Act) (all []map[string]any) {
	for _, photo := range a.Photos {
		all = append(all, map[string]any{"type": "picture", "media": s.keep(photo), "file_name": "IMG.jpg", "size": len(photo)})
	}
	if a.Text != "" {
		all[0]["text"] = a.Text
	}
	return all
}

func (s *Server) content(a fake.Act) map[string]any {
	switch {
	case a.Document != nil:
		return map[string]any{"type": "file", "media": s.keep(a.Document.Data), "file_name": a.Document.Name, "size": len(a.Document.Data)}
	case a.File != nil:
		return map[string]any{"type": a.File.Kind, "media": s.keep(a.File.Data), "text": a.Text}
	case a.Contact != nil: // whose it is nobody says
		return map[string]any{"type": "contact", "contact": map[string]any{"name": a.Name, "phone_number": strings.TrimPrefix(a.Contact.Phone, "+")}}
	case a.Location != nil:
		return map[string]any{"type": "location", "location": map[string]any{"lat": a.Location.Lat, "lon": a.Location.Lon}}
	case a.Mumble:
		return map[string]any{"type": "hologram", "depth": 3}
	}
	return map[string]any{"type": "text", "text": a.Text}
}
