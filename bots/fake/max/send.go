package max

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"besedka/bots/fake"
)

// Limits of dev.max.ru/docs-api: a text in UTF-16, the rest in runes.
const (
	maxText    = 4000
	maxTitle   = 128
	maxPayload = 1024
	maxURL     = 2048
	maxRows    = 30
	maxPerRow  = 7
	maxWide    = 3        // keys of a row that do more than call back
	maxPicture = 50 << 20 // bytes
)

type newMessage struct {
	Text        *string `json:"text"`
	Attachments []struct {
		Type    string          `json:"type"`
		Payload json.RawMessage `json:"payload"`
	} `json:"attachments"`
	Link struct {
		Type string `json:"type"`
		MID  string `json:"mid"`
	} `json:"link"`
}

type button struct {
	Type    string `json:"type"`
	Text    string `json:"text"`
	Payload string `json:"payload"`
	URL     string `json:"url"`
}

func (s *Server) send(c call) (any, *refusal) {
	m, refused := s.read(c)
	if refused != nil {
		return nil, refused
	}
	if refused := s.reach(c.query("user_id")); refused != nil {
		return nil, refused
	}
	m.To, m.ID = c.query("user_id"), fmt.Sprintf("mid.%032x", s.Number())
	m = s.Say(m)
	return map[string]any{"message": map[string]any{
		"recipient": map[string]any{"chat_type": "dialog", "user_id": id(m.To)},
		"timestamp": m.At.UnixMilli(), "sender": s.self(),
		"body": map[string]any{"mid": m.ID, "seq": m.N, "text": m.Text},
	}}, nil
}

func (s *Server) edit(c call) (any, *refusal) {
	now, ok := s.Standing(c.query("message_id"))
	if !ok {
		return nil, &refusal{status: http.StatusNotFound, Code: "not.found", Message: "Message not found"}
	}
	m, refused := s.read(c)
	if refused != nil {
		return nil, refused
	}
	if refused := s.reach(now.To); refused != nil {
		return nil, refused
	}
	if now.Says(m) {
		return done, nil
	}
	m.To, m.ID, m.Edits = now.To, now.ID, now.N
	if now.Edits != 0 {
		m.Edits = now.Edits
	}
	s.Say(m)
	return done, nil
}

// reach says why the bot cannot write to a person.
func (s *Server) reach(person string) *refusal {
	known, blocked := s.Reach(person)
	switch {
	case !known:
		return &refusal{status: http.StatusNotFound, Code: "dialog.not.found", Message: "Key: error.dialog.notfound"}
	case blocked:
		return &refusal{status: http.StatusForbidden, Code: "chat.denied", Message: "Key: error.dialog.suspended, args: [1,]."}
	}
	return nil
}

// read takes a NewMessageBody apart and holds it to MAX's limits.
func (s *Server) read(c call) (m fake.Sent, refused *refusal) {
	var in newMessage
	if err := json.Unmarshal(c.body, &in); err != nil {
		return m, badRequest("can't parse body")
	}
	m.RequestID = c.Header.Get("X-Request-Id")
	if in.Text != nil {
		m.Text = *in.Text
	}
	if in.Link.Type == "reply" {
		m.Answers = in.Link.MID
	}
	for _, a := range in.Attachments {
		switch a.Type {
		case "image":
			m.Photo, refused = s.uploaded(a.Payload)
		case "file", "audio", "video":
			refused = s.attached(a.Type, a.Payload, &m)
		case "inline_keyboard":
			m.Rows, refused = readRows(a.Payload)
		default:
			refused = badRequest("unknown attachment")
		}
		if refused != nil {
			return m, refused
		}
	}
	switch {
	case len(utf16.Encode([]rune(m.Text))) > maxText:
		return m, badRequest("text: size must be between 0 and 4000")
	case m.Text == "" && m.Photo == nil && m.File == nil:
		return m, badRequest("text or attachments are required")
	}
	return m, nil
}

func readRows(payload json.RawMessage) (rows [][]fake.Button, refused *refusal) {
	var kb struct {
		Buttons [][]button `json:"buttons"`
	}
	if json.Unmarshal(payload, &kb) != nil || len(kb.Buttons) == 0 || len(kb.Buttons) > maxRows {
		return nil, badRequest("keyboard: 1 to 30 rows")
	}
	for _, row := range kb.Buttons {
		wide, keys := 0, []fake.Button{}
		for _, b := range row {
			if !b.fits() {
				return nil, badRequest("button is invalid")
			}
			if b.Type != "callback" {
				wide++
			}
			keys = append(keys, fake.Button{Text: b.Text, Data: b.Payload, URL: b.URL, Contact: b.Type == "request_contact"})
		}
		if len(keys) == 0 || len(keys) > maxPerRow || wide > 0 && len(keys) > maxWide {
			return nil, badRequest("keyboard: too many buttons in a row")
		}
		rows = append(rows, keys)
	}
	return rows, nil
}

func (b button) fits() bool {
	n := utf8.RuneCountInString(b.Text)
	if n == 0 || n > maxTitle {
		return false
	}
	switch b.Type {
	case "callback":
		return b.Payload != "" && len(b.Payload) <= maxPayload
	case "link":
		return b.URL != "" && len(b.URL) <= maxURL
	}
	return b.Type == "request_contact" || b.Type == "request_geo_location"
}

// uploads gives the address for one upload; a sound or a video has its token beforehand.
func (s *Server) uploads(c call) (any, *refusal) {
	kind := c.query("type")
	place := map[string]any{"url": "http://" + c.Host + "/upload.do?id=1&type=" + kind}
	switch kind {
	case "image", "file":
	case "audio", "video":
		token := fmt.Sprintf("%s-%d", kind, s.Number())
		place["token"] = token
		place["url"] = fmt.Sprint(place["url"], "&token=", token)
	default:
		return nil, badRequest("type is invalid")
	}
	return place, nil
}

// upload takes a picture or a file: its token names it.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	part, head, err := r.FormFile("data")
	if err != nil || r.Header.Get("Authorization") != "" { // the token is nobody's business here
		http.Error(w, "no data", http.StatusBadRequest)
		return
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, part, maxPicture))
	if err != nil {
		http.Error(w, "too long", http.StatusRequestEntityTooLarge)
		return
	}
	kind, token := r.URL.Query().Get("type"), r.URL.Query().Get("token")
	switch kind {
	case "audio", "video":
		s.keepUpload(token, upload{kind, head.Filename, data})
		_, _ = io.WriteString(w, "<retval>1</retval>")
	case "file":
		token = fmt.Sprintf("%s-%d", kind, s.Number())
		s.keepUpload(token, upload{kind, head.Filename, data})
		reply(w, map[string]any{"fileId": s.Number(), "token": token}, nil)
	default:
		reply(w, map[string]any{"photos": map[string]any{"photo-1": map[string]any{"token": s.KeepFile(data)}}}, nil)
	}
}

// upload is a file that the bot has handed over.
type upload struct {
	kind, name string
	data       []byte
}

func (s *Server) keepUpload(token string, u upload) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handed[token] = u
}

// attached fills in the file that an attachment of a type names by its token.
func (s *Server) attached(kind string, payload json.RawMessage, m *fake.Sent) *refusal {
	var named struct {
		Token string `json:"token"`
	}
	_ = json.Unmarshal(payload, &named)
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.handed[named.Token]
	if !ok || u.kind != kind {
		return badRequest(kind + " is unknown")
	}
	m.File, m.FileKind, m.Name = u.data, kind, u.name
	return nil
}

// uploaded is the picture that an attachment names.
func (s *Server) uploaded(payload json.RawMessage) ([]byte, *refusal) {
	var named struct {
		Photos map[string]struct {
			Token string `json:"token"`
		} `json:"photos"`
	}
	_ = json.Unmarshal(payload, &named)
	for _, p := range named.Photos {
		if data, ok := s.File(p.Token); ok {
			return data, nil
		}
	}
	return nil, badRequest("image is unknown")
}

// keep stores what a person sent and returns its address.
func (s *Server) keep(data []byte) string {
	s.mu.Lock()
	at := s.at
	s.mu.Unlock()
	return at + "/i/" + s.KeepFile(data)
}

func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	data, ok := s.File(strings.TrimPrefix(r.URL.Path, "/i/"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	_, _ = w.Write(data)
}
