package cloudapi

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// Act is one thing a person does in their chat with the number. Exactly one
// field below Repeat says what; a photo may have its caption in Text.
type Act struct {
	From   string // phone, in digits
	User   string // their BSUID from now on; "" leaves it as it is
	Hidden bool   // this time the phone is not told
	Name   string
	Repeat int // tell the bot this many times more

	Text     string
	Button   string // title of a button or a row on the newest message that has it
	Contact  *Contact
	Photo    []byte
	Document *Document
	Location *Location
	Block    bool            // of which the bot is not told
	Moves    *Move           // to another number
	Message  json.RawMessage // fields of a message of any other kind, its type among them
	Raw      json.RawMessage // an element of messages, verbatim: poison
}

// Contact is a contact card; Own is the sender's.
type Contact struct {
	Phone string // digits
	Own   bool
}

// Document is a file sent as a file.
type Document struct {
	Name, MIME string
	Data       []byte
}

// Location is a point on the map, in degrees.
type Location struct{ Lat, Lon json.Number }

// Move is a change of number, with which the BSUID changes too.
type Move struct{ Phone, User string }

// Do lets a person act and returns the wamid of what tells the bot; "" when the
// bot is told nothing.
func (s *Server) Do(a Act) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	who := s.person(a)
	who.blocked = a.Block
	if a.Block {
		return "", nil
	}
	message, err := s.tell(a, who)
	if err != nil {
		return "", err
	}
	if a.Moves == nil {
		who.wrote = s.cfg.Now()
	}
	n := news{from: a.From, body: message, contact: contact(a, who)}
	id := fmt.Sprintf("wamid.in%d", s.numbered)
	s.told[id] = n
	for range a.Repeat + 1 {
		s.news = append(s.news, n)
	}
	if a.Moves != nil {
		s.move(a, who)
	}
	s.change()
	return id, nil
}

// Again tells the bot once more what Do has told.
func (s *Server) Again(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, ok := s.told[id]
	if !ok {
		return fmt.Errorf("there was no message %s", id)
	}
	s.news = append(s.news, n)
	s.change()
	return nil
}

func (s *Server) person(a Act) *person {
	who := s.people[a.From]
	if who == nil {
		who = &person{phone: a.From}
		s.people[a.From] = who
	}
	if a.User != "" {
		who.user = a.User
	}
	who.hidden = a.Hidden
	return who
}

func (s *Server) move(a Act, who *person) {
	delete(s.people, a.From)
	who.phone, who.user = a.Moves.Phone, a.Moves.User
	s.people[who.phone] = who
}

// contact is the sender as value.contacts has them.
func contact(a Act, who *person) map[string]any {
	c := map[string]any{"profile": map[string]any{"name": a.Name}}
	if !who.hidden {
		c["wa_id"] = who.phone
	}
	if who.user != "" {
		c["user_id"] = who.user
	}
	return c
}

// tell words an act as an element of messages.
func (s *Server) tell(a Act, who *person) (any, error) {
	s.numbered++
	if a.Raw != nil {
		return a.Raw, nil
	}
	m := map[string]any{"id": fmt.Sprintf("wamid.in%d", s.numbered), "timestamp": strconv.FormatInt(s.cfg.Now().Unix(), 10)}
	if !who.hidden {
		m["from"] = who.phone
	}
	if who.user != "" {
		m["from_user_id"] = who.user
	}
	kind, content, err := s.content(a, who)
	if err != nil {
		return nil, err
	}
	if a.Message != nil {
		return m, json.Unmarshal(a.Message, &m)
	}
	m["type"], m[kind] = kind, content
	return m, nil
}

func (s *Server) content(a Act, who *person) (kind string, content any, err error) {
	switch {
	case a.Button != "":
		content, err = s.tap(a)
		return "interactive", content, err
	case a.Photo != nil:
		return "image", map[string]any{"id": s.keep(a.Photo, "image/jpeg"), "mime_type": "image/jpeg", "caption": a.Text}, nil
	case a.Document != nil:
		d := a.Document
		return "document", map[string]any{"id": s.keep(d.Data, d.MIME), "mime_type": d.MIME, "filename": d.Name, "caption": a.Text}, nil
	case a.Contact != nil:
		return "contacts", []any{card(a, who)}, nil
	case a.Location != nil:
		return "location", map[string]any{"latitude": a.Location.Lat, "longitude": a.Location.Lon}, nil
	case a.Moves != nil:
		system := map[string]any{"type": "user_changed_number", "body": "User changed number", "wa_id": a.Moves.Phone}
		if a.Moves.User != "" {
			system["user_id"] = a.Moves.User
		}
		return "system", system, nil
	}
	return "text", map[string]any{"body": a.Text}, nil
}

func card(a Act, who *person) map[string]any {
	phone := map[string]any{"phone": "+" + a.Contact.Phone, "wa_id": a.Contact.Phone}
	if a.Contact.Own {
		phone = map[string]any{"phone": "+" + who.phone, "wa_id": who.phone}
	}
	return map[string]any{"name": map[string]any{"formatted_name": a.Name}, "phones": []any{phone}}
}
