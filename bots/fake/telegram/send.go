package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"
	"unicode/utf16"
)

// Limits of core.telegram.org/bots/api; texts count in UTF-16.
const (
	maxText    = 4096
	maxCaption = 1024
	maxData    = 64 // bytes of callback_data
	maxPhoto   = 10 << 20
	maxFile    = 50 << 20
)

// Sent is one message of the bot, or what it changed one to.
type Sent struct {
	N         int        `json:"n"` // from 1, over all chats
	At        time.Time  `json:"at"`
	Chat      int64      `json:"chat"`
	MessageID int64      `json:"message_id"`
	Edits     int        `json:"edits,omitempty"` // N of the message changed
	RequestID string     `json:"request_id"`      // X-Request-Id of the call
	Text      string     `json:"text"`
	Inline    [][]Button `json:"inline,omitempty"`
	Reply     [][]Button `json:"reply,omitempty"`
	Photo     []byte     `json:"photo,omitempty"`
	Document  []byte     `json:"document,omitempty"`
	Voice     []byte     `json:"voice,omitempty"`
	Video     []byte     `json:"video,omitempty"`
	Name      string     `json:"name,omitempty"`     // of the file
	Thread    int64      `json:"thread,omitempty"`   // topic of a group
	ReplyTo   int64      `json:"reply_to,omitempty"` // message that it answers

	removes bool // the reply keyboard that stands
	deleted bool // by the person
}

// Button is a key of an inline or a reply keyboard.
type Button struct {
	Text     string          `json:"text"`
	Data     string          `json:"callback_data,omitempty"`
	URL      string          `json:"url,omitempty"`
	Contact  bool            `json:"request_contact,omitempty"`
	CopyText json.RawMessage `json:"copy_text,omitempty"`
}

func (s *Server) sendMessage(_ context.Context, c call) (any, *apiError) {
	text := c.fields["text"]
	switch n := units(text); {
	case n == 0:
		return nil, badRequest("message text is empty")
	case n > maxText:
		return nil, badRequest("message is too long")
	}
	return s.deliver(c, Sent{Text: text})
}

func (s *Server) sendPhoto(_ context.Context, c call) (any, *apiError) {
	photo, ok := c.uploads["photo"]
	switch {
	case !ok:
		return nil, badRequest("there is no photo in the request")
	case len(photo) > maxPhoto:
		return nil, badRequest("file is too big")
	case units(c.fields["caption"]) > maxCaption:
		return nil, badRequest("message caption is too long")
	}
	return s.deliver(c, Sent{Text: c.fields["caption"], Photo: photo})
}

func (s *Server) sendDocument(_ context.Context, c call) (any, *apiError) {
	return s.sendFile(c, "document", func(m *Sent, data []byte) { m.Document = data })
}

func (s *Server) sendVideo(_ context.Context, c call) (any, *apiError) {
	return s.sendFile(c, "video", func(m *Sent, data []byte) { m.Video = data })
}

// sendVoice takes for a voice message what is Opus in Ogg alone: anything else a person
// sees as a file.
func (s *Server) sendVoice(_ context.Context, c call) (any, *apiError) {
	return s.sendFile(c, "voice", func(m *Sent, data []byte) {
		if bytes.HasPrefix(data, []byte("OggS")) {
			m.Voice = data
		} else {
			m.Document = data
		}
	})
}

func (s *Server) sendFile(c call, kind string, put func(*Sent, []byte)) (any, *apiError) {
	file, ok := c.uploads[kind]
	switch {
	case !ok:
		return nil, badRequest("there is no " + kind + " in the request")
	case len(file) == 0:
		return nil, badRequest("file must be non-empty")
	case len(file) > maxFile:
		return nil, badRequest("file is too big")
	case units(c.fields["caption"]) > maxCaption:
		return nil, badRequest("message caption is too long")
	}
	m := Sent{Text: c.fields["caption"], Name: c.names[kind]}
	put(&m, file)
	return s.deliver(c, m)
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }

func (s *Server) deliver(c call, m Sent) (any, *apiError) {
	if refused := readKeyboard(c.fields["reply_markup"], &m); refused != nil {
		return nil, refused
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if refused := s.inThread(c); refused != nil {
		return nil, refused
	}
	if refused := s.linked(m); refused != nil {
		return nil, refused
	}
	if refused := s.reach(c.chat()); refused != nil {
		return nil, refused
	}
	answers, alone := c.answers()
	switch {
	case answers <= s.messages: // there was one with this number
		m.ReplyTo = answers
	case !alone:
		return nil, badRequest("message to be replied not found")
	}
	m.Thread = c.int("message_thread_id")
	s.messages++
	m = s.put(c, m, s.messages)
	who := s.people[m.Chat]
	if m.Reply != nil {
		who.keyboard = m.N
	} else if m.removes {
		who.keyboard = 0
	}
	return s.asMessage(m), nil
}

// reach says why the bot cannot write to a chat. The lock is held.
func (s *Server) reach(chat int64) *apiError {
	who := s.people[chat]
	if who == nil {
		return badRequest("chat not found")
	}
	if who.blocked {
		return &apiError{Code: http.StatusForbidden, Description: "Forbidden: bot was blocked by the user"}
	}
	if s.police != nil {
		return s.police.pass(chat, s.now())
	}
	return nil
}

// put keeps what the bot says under a message's id. The lock is held.
func (s *Server) put(c call, m Sent, id int64) Sent {
	m.N, m.At, m.Chat, m.MessageID, m.RequestID = len(s.sent)+1, s.now(), c.chat(), id, c.id
	s.sent = append(s.sent, m)
	s.change()
	return m
}

func readKeyboard(markup string, m *Sent) *apiError {
	if markup == "" {
		return nil
	}
	var kb struct {
		Inline [][]Button `json:"inline_keyboard"`
		Reply  [][]Button `json:"keyboard"`
		Remove bool       `json:"remove_keyboard"`
	}
	if err := json.Unmarshal([]byte(markup), &kb); err != nil {
		return badRequest("can't parse reply keyboard markup JSON object")
	}
	m.Inline, m.Reply, m.removes = kb.Inline, kb.Reply, kb.Remove
	for _, row := range kb.Inline {
		for _, b := range row {
			switch {
			case len(b.Data) > maxData:
				return badRequest("BUTTON_DATA_INVALID")
			case b.CopyText != nil:
				return badRequest("BUTTON_COPY_TEXT_INVALID")
			case b.Data == "" && b.URL == "":
				return badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
			}
		}
	}
	return nil
}

// asMessage is how Telegram shows the bot its own message.
func (s *Server) asMessage(m Sent) map[string]any {
	return map[string]any{
		"message_id": m.MessageID,
		"date":       m.At.Unix(),
		"chat":       place(m.Chat, ""),
		"from":       s.self(),
		"text":       m.Text,
	}
}

func (s *Server) answerCallbackQuery(_ context.Context, c call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := c.fields["callback_query_id"]
	if _, ok := s.queries[id]; !ok {
		return nil, badRequest("query is too old and response timeout expired or query ID is invalid")
	}
	s.queries[id], s.toast = true, c.fields["text"]
	s.change()
	return true, nil
}
