package max

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strconv"
	"strings"

	"besedka/bots/fake"
)

// tell words an act as an Update.
func (s *Server) tell(a fake.Act) (map[string]any, error) {
	payload, started := strings.CutPrefix(a.Text, "/start ")
	switch {
	case a.Block:
		return s.update("bot_stopped", a, map[string]any{"chat_id": s.chat(a), "user": s.user(a)}), nil
	case started:
		return s.update("bot_started", a, map[string]any{"chat_id": s.chat(a), "user": s.user(a), "payload": payload}), nil
	case a.Button != "", a.Key != nil:
		return s.tap(a)
	}
	return s.update("message_created", a, map[string]any{"message": s.message(a, s.content(a))}), nil
}

func (s *Server) update(kind string, a fake.Act, fields map[string]any) map[string]any {
	fields["update_type"], fields["timestamp"], fields["user_locale"] = kind, s.Now().UnixMilli(), a.Lang
	return fields
}

// chat is the dialog of a person with the bot.
func (s *Server) chat(a fake.Act) int64 { return id(a.From) + 1 }

func id(person string) int64 {
	n, _ := strconv.ParseInt(person, 10, 64)
	return n
}

func (s *Server) user(a fake.Act) map[string]any {
	return map[string]any{"user_id": id(a.From), "first_name": a.Name, "is_bot": false, "last_activity_time": s.Now().UnixMilli(), "name": a.Name}
}

func (s *Server) message(a fake.Act, body map[string]any) map[string]any {
	return map[string]any{
		"recipient": map[string]any{"chat_id": s.chat(a), "chat_type": "dialog", "user_id": BotID},
		"timestamp": s.Now().UnixMilli(), "body": body, "sender": s.user(a),
	}
}

func (s *Server) content(a fake.Act) map[string]any {
	n := s.Number()
	body := map[string]any{"mid": fmt.Sprintf("mid.%032x", n), "seq": n, "text": a.Text}
	if all := s.attachments(a); len(all) > 0 {
		body["attachments"] = all
	}
	return body
}

func (s *Server) attachments(a fake.Act) (all []any) {
	for _, photo := range a.Photos {
		all = append(all, attachment("image", map[string]any{"photo_id": s.Number(), "token": "t", "url": s.keep(photo)}))
	}
	switch {
	case a.File != nil:
		return append(all, attachment(a.File.Kind, map[string]any{"token": "t", "url": s.keep(a.File.Data)}))
	case a.Document != nil:
		file := attachment("file", map[string]any{"token": "t", "url": s.keep(a.Document.Data)})
		file["filename"], file["size"] = a.Document.Name, len(a.Document.Data)
		all = append(all, file)
	case a.Contact != nil:
		all = append(all, attachment("contact", s.card(a)))
	case a.Location != nil:
		all = append(all, map[string]any{"type": "location", "latitude": a.Location.Lat, "longitude": a.Location.Lon})
	case a.Mumble:
		all = append(all, attachment("hologram", map[string]any{"depth": 3}))
	}
	return all
}

func attachment(kind string, payload map[string]any) map[string]any {
	return map[string]any{"type": kind, "payload": payload}
}

// card is a contact card; one's own is signed.
func (s *Server) card(a fake.Act) map[string]any {
	vcard := "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:ez-vcard 0.10.3\r\nTEL;TYPE=cell:" + strings.TrimPrefix(a.Contact.Phone, "+") + "\r\nFN:" + a.Name + "\r\nEND:VCARD\r\n"
	payload := map[string]any{"vcf_info": vcard}
	if a.Contact.Own {
		mac := hmac.New(sha256.New, []byte(s.token))
		mac.Write([]byte(vcard))
		payload["hash"], payload["max_info"] = hex.EncodeToString(mac.Sum(nil)), s.user(a)
	}
	return payload
}

// tap is what a key does. A phone for the contact key is made up from the person's
// id.
func (s *Server) tap(a fake.Act) (map[string]any, error) {
	b, m, err := s.Press(a)
	switch {
	case err != nil:
		return nil, err
	case b.URL != "":
		return nil, fmt.Errorf("the button opens %s", path.Base(b.URL))
	case b.Contact:
		a.Contact = &fake.Contact{Phone: fmt.Sprintf("+7999%07d", id(a.From)%1e7), Own: true}
		a.Button, a.Key = "", nil
		return s.tell(a)
	}
	callback := "cb-" + m.ID // of the keyboard, whichever key and however often
	s.Tapped(callback)
	return s.update("message_callback", a, map[string]any{
		"callback": map[string]any{"timestamp": s.Now().UnixMilli() + s.Number(), "callback_id": callback, "payload": b.Data, "user": s.user(a)},
		"message":  map[string]any{"recipient": map[string]any{"chat_id": s.chat(a), "chat_type": "dialog", "user_id": id(a.From)}, "body": map[string]any{"mid": m.ID, "seq": 1, "text": m.Text}, "sender": s.self()},
	}), nil
}
