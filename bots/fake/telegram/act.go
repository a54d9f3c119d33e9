package telegram

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Act is one thing a person does in their chat with the bot. Exactly one field
// below Repeat says what; a photo may have its caption in Text.
type Act struct {
	From    int64  `json:"from"`
	Name    string `json:"name,omitempty"`
	Lang    string `json:"lang,omitempty"`
	Repeat  int    `json:"repeat,omitempty"`  // tell the bot this many times more
	Group   int64  `json:"group,omitempty"`   // where; 0: in their chat with the bot
	Thread  int64  `json:"thread,omitempty"`  // topic of the group; 0: the general one
	Answers int64  `json:"answers,omitempty"` // message that a new one quotes; 0: none

	Text     string          `json:"text,omitempty"`   // «/start payload» opens a link
	Button   string          `json:"button,omitempty"` // title of a button on the newest keyboard that has it
	Contact  *Contact        `json:"contact,omitempty"`
	Photo    []byte          `json:"photo,omitempty"`
	Album    [][]byte        `json:"album,omitempty"` // photos, an update each; their caption, in Text, is the first one's
	Document *Document       `json:"document,omitempty"`
	File     *File           `json:"file,omitempty"`
	Location *Location       `json:"location,omitempty"`
	Edit     string          `json:"edit,omitempty"`  // what the person's newest message says from now on
	React    []string        `json:"react,omitempty"` // marks under the bot's newest message; empty takes them back
	Block    bool            `json:"block,omitempty"`
	Unblock  bool            `json:"unblock,omitempty"`
	Delete   bool            `json:"delete,omitempty"`  // the bot's newest message, of which the bot is not told
	Message  json.RawMessage `json:"message,omitempty"` // fields of a message of any other kind
	Raw      json.RawMessage `json:"raw,omitempty"`     // fields of an update, verbatim: poison
}

// Contact is a contact card; Own is the sender's.
type Contact struct {
	Phone string `json:"phone"`
	Own   bool   `json:"own"`
}

// Document is a file sent as a file.
type Document struct {
	Name string `json:"name"`
	MIME string `json:"mime"`
	Data []byte `json:"data"`
}

// Location is a point on the map, in degrees.
type Location struct {
	Lat json.Number `json:"lat"`
	Lon json.Number `json:"lon"`
}

// Do lets a person act and returns the id of the update that tells the bot, of the
// last one when several do, 0 when it is of a kind that the bot did not ask for.
func (s *Server) Do(a Act) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.people[a.From] == nil {
		s.people[a.From] = &person{}
	}
	s.people[a.From].blocked = a.Block
	if a.Delete {
		s.forget(a.From)
		return 0, nil
	}
	if len(a.Album) > 0 {
		return s.album(a)
	}
	fields, err := s.tell(a)
	if err != nil {
		return 0, err
	}
	return s.update(a, fields)
}

// album tells of photos that are sent together.
func (s *Server) album(a Act) (id int64, err error) {
	group := fmt.Sprintf("group-%d", s.messages+1)
	for i, photo := range a.Album {
		one := Act{From: a.From, Name: a.Name, Lang: a.Lang, Group: a.Group, Thread: a.Thread, Photo: photo}
		if i == 0 {
			one.Text = a.Text
		}
		fields, err := s.tell(one)
		if err != nil {
			return 0, err
		}
		fields["message"].(map[string]any)["media_group_id"] = group
		if id, err = s.update(a, fields); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// update tells the bot, when it has asked for such.
func (s *Server) update(a Act, fields map[string]any) (int64, error) {
	for kind := range fields {
		if !s.wants(kind) {
			return 0, nil
		}
	}
	s.lastID++
	fields["update_id"] = s.lastID
	body, err := json.Marshal(fields)
	if err != nil {
		return 0, fmt.Errorf("encode update: %w", err)
	}
	s.told[s.lastID] = body
	s.updates = append(s.updates, update{id: s.lastID, body: body, again: a.Repeat})
	s.change()
	return s.lastID, nil
}

// Again tells the bot an update that it has confirmed once more, as after a
// confirmation that got lost.
func (s *Server) Again(id int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, ok := s.told[id]
	if !ok {
		return fmt.Errorf("there was no update %d", id)
	}
	s.updates = append(s.updates, update{id: id, body: body})
	s.change()
	return nil
}

// Renumber makes the next update's id the one after id, as Telegram numbers
// anew after a week of silence.
func (s *Server) Renumber(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastID = id
}

// tell words an act as the fields of an update.
func (s *Server) tell(a Act) (map[string]any, error) {
	switch {
	case a.Raw != nil:
		fields := map[string]any{}
		return fields, json.Unmarshal(a.Raw, &fields)
	case a.Block, a.Unblock:
		return map[string]any{"my_chat_member": s.blocking(a)}, nil
	case a.Edit != "":
		return s.edit(a)
	case a.React != nil:
		return s.react(a)
	case a.Button != "":
		return s.tap(a)
	}
	m := s.message(a)
	switch {
	case a.Photo != nil:
		m["photo"], m["caption"] = s.photo(a.Photo), a.Text
	case a.Document != nil:
		id := s.keepFile(a.Document.Data)
		m["document"] = map[string]any{
			"file_id": id, "file_unique_id": id, "file_name": a.Document.Name,
			"mime_type": a.Document.MIME, "file_size": len(a.Document.Data),
		}
		m["caption"] = a.Text
	case a.File != nil:
		s.attach(m, a)
	case a.Contact != nil:
		m["contact"] = card(a)
	case a.Location != nil:
		m["location"] = map[string]any{"latitude": a.Location.Lat, "longitude": a.Location.Lon}
	case a.Message != nil:
		if err := json.Unmarshal(a.Message, &m); err != nil {
			return nil, fmt.Errorf("fields of a message: %w", err)
		}
	default:
		m["text"] = a.Text
	}
	s.people[a.From].newest = m
	return map[string]any{"message": m}, nil
}

func (s *Server) message(a Act) map[string]any {
	s.messages++
	m := map[string]any{"message_id": s.messages, "date": s.now().Unix(), "chat": place(a.chat(), a.Name), "from": user(a)}
	if a.Thread != 0 {
		m["message_thread_id"], m["is_topic_message"] = a.Thread, true
	}
	if a.Answers != 0 {
		m["reply_to_message"] = s.quoted(a)
	}
	return m
}

// quoted is the message that an act answers, the bot's or a person's. The lock is held.
func (s *Server) quoted(a Act) map[string]any {
	m := map[string]any{"message_id": a.Answers, "date": s.now().Unix(), "chat": place(a.chat(), a.Name), "from": user(a)}
	if s.standing(a.chat(), a.Answers) != nil {
		m["from"] = s.self()
	}
	return m
}

func card(a Act) map[string]any {
	c := map[string]any{"phone_number": a.Contact.Phone, "first_name": a.Name}
	if a.Contact.Own {
		c["user_id"] = a.From
	}
	return c
}

func (s *Server) blocking(a Act) map[string]any {
	member := func(status string) map[string]any { return map[string]any{"status": status, "user": s.self()} }
	was, is := "member", "kicked"
	if a.Unblock {
		was, is = is, was
	}
	return map[string]any{
		"chat": place(a.From, a.Name), "from": user(a), "date": s.now().Unix(),
		"old_chat_member": member(was), "new_chat_member": member(is),
	}
}

// chat is where an act is done.
func (a Act) chat() int64 {
	if a.Group != 0 {
		return a.Group
	}
	return a.From
}

// place is a chat as the Bot API shows it.
func place(id int64, name string) map[string]any {
	if id < 0 {
		return map[string]any{"id": id, "type": "supergroup", "title": "Staff", "is_forum": true}
	}
	return map[string]any{"id": id, "type": "private", "first_name": name}
}

func user(a Act) map[string]any {
	return map[string]any{"id": a.From, "is_bot": false, "first_name": a.Name, "language_code": a.Lang}
}

// tap finds the newest button with the title: an inline one gives a callback
// query, one of the reply keyboard that stands types its title.
func (s *Server) tap(a Act) (map[string]any, error) {
	has := func(b Button) bool { return b.Text == a.Button }
	for _, m := range slices.Backward(s.sentTo(a.chat(), 0)) {
		if now := s.standing(a.chat(), m.MessageID); now == nil || now.N != m.N || m.Thread != a.Thread {
			continue // it says something else by now
		}
		for _, b := range slices.Concat(m.Inline...) {
			if has(b) && b.Data != "" {
				return map[string]any{"callback_query": s.query(a, m, b.Data)}, nil
			}
		}
		if i := slices.IndexFunc(slices.Concat(m.Reply...), has); i >= 0 && m.N == s.people[a.chat()].keyboard {
			return s.tell(typed(a, slices.Concat(m.Reply...)[i]))
		}
	}
	return nil, fmt.Errorf("chat %d has no button with this title", a.chat())
}

// typed is what a key of a reply keyboard does. A phone for the contact key is
// made up from the person's id.
func typed(a Act, b Button) Act {
	if b.Contact {
		return Act{From: a.From, Name: a.Name, Contact: &Contact{Phone: fmt.Sprintf("7999%07d", a.From%1e7), Own: true}}
	}
	return Act{From: a.From, Name: a.Name, Lang: a.Lang, Text: b.Text}
}

func (s *Server) query(a Act, m Sent, data string) map[string]any {
	id := fmt.Sprintf("query-%d", len(s.queries)+1)
	s.queries[id] = false
	return map[string]any{
		"id": id, "from": user(a), "chat_instance": "1", "data": data,
		"message": s.tapped(a, m),
	}
}

// accessible is for how long Telegram shows a bot its message with a tap on it.
const accessible = 48 * time.Hour

// tapped is the message of a tap; one that is old is shown without what it says.
func (s *Server) tapped(a Act, m Sent) map[string]any {
	shown := map[string]any{"message_id": m.MessageID, "date": 0, "chat": place(m.Chat, a.Name)}
	if s.now().Sub(m.At) < accessible {
		shown["date"], shown["from"], shown["text"] = m.At.Unix(), s.self(), m.Text
		if m.Thread != 0 {
			shown["message_thread_id"] = m.Thread
		}
	}
	return shown
}
