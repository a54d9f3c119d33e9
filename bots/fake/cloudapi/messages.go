package cloudapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of developers.facebook.com/docs/whatsapp/cloud-api/messages, in
// characters.
const (
	maxText     = 4096
	maxBody     = 1024 // over buttons, and of a caption
	maxListBody = 4096
	maxID       = 256
	maxButtons  = 3
	maxRows     = 10
	maxDesc     = 72
	window      = 24 * time.Hour
	pairTime    = 6 * time.Second
)

// Sent is one message that reached a person.
type Sent struct {
	N        int // from 1, over all people
	At       time.Time
	To       string // the person's phone
	ID       string // wamid
	Opaque   string // biz_opaque_callback_data
	Text     string
	Template string // name of the template that it is
	Kind     string // button or list, whose Buttons these are; "" without any
	Opens    string // what is written on what opens a list
	Buttons  []Button
	Photo    []byte
	File     []byte
	FileKind string // document, voice, audio or video: what File is seen as
	Name     string // of a document
	Answers  string // wamid of the message that it quotes
}

// Button is a reply button or a row of a list.
type Button struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Desc  string `json:"description"` // of a row
}

// outgoing is the body of a call to messages.
type outgoing struct {
	Product   string `json:"messaging_product"`
	Status    string `json:"status"` // read
	MessageID string `json:"message_id"`

	RecipientType string `json:"recipient_type"`
	To            string `json:"to"`
	Recipient     string `json:"recipient"`
	Opaque        string `json:"biz_opaque_callback_data"`
	Context       struct {
		ID string `json:"message_id"`
	} `json:"context"`
	Type string `json:"type"`
	Text struct {
		Body string `json:"body"`
	} `json:"text"`
	Image       image        `json:"image"`
	Video       image        `json:"video"`
	Document    outDocument  `json:"document"`
	Audio       outAudio     `json:"audio"`
	Interactive *interactive `json:"interactive"`
	Template    outTemplate  `json:"template"`
}

type image struct {
	ID      string `json:"id"`
	Caption string `json:"caption"`
}

type outDocument struct {
	image
	Name string `json:"filename"`
}

type outAudio struct {
	image
	Voice bool `json:"voice"`
}

type interactive struct {
	Type   string `json:"type"`
	Header *struct {
		Type  string `json:"type"`
		Image image  `json:"image"`
	} `json:"header"`
	Body struct {
		Text string `json:"text"`
	} `json:"body"`
	Action struct {
		Button  string `json:"button"`
		Buttons []struct {
			Type  string `json:"type"`
			Reply Button `json:"reply"`
		} `json:"buttons"`
		Sections []struct {
			Rows []Button `json:"rows"`
		} `json:"sections"`
	} `json:"action"`
}

// messages sends one, or marks one of a person's as read.
func (s *Server) messages(w http.ResponseWriter, r *http.Request) {
	var out outgoing
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&out); err != nil || out.Product != "whatsapp" {
		refuse(w, badRequest(100, "(#100) Invalid parameter"))
		return
	}
	if out.Status == "read" {
		s.mu.Lock()
		s.read = append(s.read, out.MessageID)
		s.change()
		s.mu.Unlock()
		answer(w, http.StatusOK, map[string]any{"success": true})
		return
	}
	to := s.phoneOf(out)
	fault := s.takeFault("messages", to)
	if fault != nil && fault.before(w) {
		return
	}
	id, refused := s.accept(out, to, fault)
	switch {
	case refused != nil:
		refuse(w, refused)
	case fault != nil && fault.Kind != Late:
		fault.after(w, r)
	default:
		answer(w, http.StatusOK, map[string]any{"messaging_product": "whatsapp", "messages": []any{map[string]any{"id": id}}})
	}
}

func (s *Server) phoneOf(out outgoing) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if who := s.addressee(out); who != nil {
		return who.phone
	}
	return ""
}

// addressee is whom a message is for: to has a phone and recipient a BSUID. The
// lock is held.
func (s *Server) addressee(out outgoing) *person {
	if out.To != "" {
		return s.people[out.To]
	}
	for _, p := range s.people {
		if p.user != "" && p.user == out.Recipient {
			return p
		}
	}
	return nil
}

func (s *Server) accept(out outgoing, to string, fault *Fault) (string, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := Sent{To: to, Opaque: out.Opaque, Answers: out.Context.ID, At: s.cfg.Now()}
	if refused := s.fill(out, &m); refused != nil {
		return "", refused
	}
	s.numbered++
	m.ID = fmt.Sprintf("wamid.out%d", s.numbered)
	if _, err := strconv.ParseUint(out.To, 10, 64); out.To != "" && err != nil {
		return m.ID, nil // a BSUID in to is taken for a phone: accepted, and never delivered
	}
	who := s.addressee(out)
	if refused := s.reach(who, m.Template != ""); refused != nil {
		return "", refused
	}
	if fault != nil && fault.Kind == Late {
		s.tellStatus(m, who, "failed", fault.Code)
		return m.ID, nil
	}
	who.got = append(who.got, m.At)
	m.N = len(s.sent) + 1
	s.sent = append(s.sent, m)
	if fault == nil || !fault.Silent {
		s.tellStatus(m, who, "delivered", 0) // statuses come in no order
		s.tellStatus(m, who, "sent", 0)
	}
	s.change()
	return m.ID, nil
}

// reach says why the bot cannot write to somebody: a template goes at any time. The lock
// is held.
func (s *Server) reach(who *person, template bool) *apiError {
	now := s.cfg.Now()
	switch {
	case who == nil || who.blocked:
		return badRequest(131026, "Message undeliverable")
	case !template && !who.wrote.Add(window).After(now):
		return badRequest(131047, "Re-engagement message")
	}
	who.got = slices.DeleteFunc(who.got, func(at time.Time) bool { return now.Sub(at) >= pairTime })
	if s.cfg.PairBurst > 0 && len(who.got) >= s.cfg.PairBurst {
		return badRequest(131056, "(Business Account, Consumer Account) pair rate limit hit")
	}
	return nil
}

// fill fills in m what a person sees of a message. The lock is held.
func (s *Server) fill(out outgoing, m *Sent) *apiError {
	switch out.Type {
	case "text":
		m.Text = out.Text.Body
		return length(m.Text, maxText)
	case "image":
		m.Text, m.Photo = out.Image.Caption, s.files[out.Image.ID].data
		if m.Photo == nil {
			return badRequest(131053, "Media upload error")
		}
		return length("-"+m.Text, maxBody+1)
	case "document":
		m.Name = out.Document.Name
		return s.attach(m, out.Type, out.Document.image, "application/", "text/")
	case "video":
		return s.attach(m, out.Type, out.Video, "video/")
	case "audio":
		kind := map[bool]string{true: "voice", false: "audio"}[out.Audio.Voice]
		return s.attach(m, kind, out.Audio.image, "audio/")
	case "interactive":
		return s.readInteractive(out.Interactive, m)
	case "template":
		return s.readTemplate(out.Template, m)
	}
	return badRequest(100, "(#100) Param type must be one of {...}")
}

// attach fills in a file that was uploaded as one of the types that go as such a message.
// The lock is held.
func (s *Server) attach(m *Sent, kind string, named image, types ...string) *apiError {
	f, ok := s.files[named.ID]
	if !ok || !slices.ContainsFunc(types, func(t string) bool { return strings.HasPrefix(f.mime, t) }) {
		return badRequest(131053, "Media upload error")
	}
	if named.Caption != "" && types[0] == "audio/" {
		return badRequest(100, "(#100) Unexpected key \"caption\" on param \"audio\"")
	}
	m.Text, m.File, m.FileKind = named.Caption, f.data, kind
	return length("-"+m.Text, maxBody+1)
}

func (s *Server) readInteractive(in *interactive, m *Sent) *apiError {
	if in == nil {
		return badRequest(131008, "Required parameter is missing")
	}
	m.Kind, m.Text, m.Opens = in.Type, in.Body.Text, in.Action.Button
	if in.Header != nil {
		if m.Photo = s.files[in.Header.Image.ID].data; in.Header.Type != "image" || in.Type != "button" || m.Photo == nil {
			return badRequest(131009, "Parameter value is not valid")
		}
	}
	switch in.Type {
	case "button":
		for _, b := range in.Action.Buttons {
			m.Buttons = append(m.Buttons, b.Reply)
		}
		return firstOf(length(m.Text, maxBody), fits(m.Buttons, maxButtons, 20, true))
	case "list":
		for _, section := range in.Action.Sections {
			m.Buttons = append(m.Buttons, section.Rows...)
		}
		m.Opens = in.Action.Button
		return firstOf(length(m.Text, maxListBody), length(in.Action.Button, 20), fits(m.Buttons, maxRows, 24, false))
	}
	return badRequest(131009, "Parameter value is not valid")
}

// fits says why these are no keyboard.
func fits(buttons []Button, most, title int, unique bool) *apiError {
	if len(buttons) == 0 || len(buttons) > most {
		return badRequest(131009, fmt.Sprintf("Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: %d", most))
	}
	seen := map[string]bool{}
	for _, b := range buttons {
		if seen["id "+b.ID] || unique && seen["title "+b.Title] {
			return badRequest(131009, "Duplicated button title or id")
		}
		seen["id "+b.ID], seen["title "+b.Title] = true, true
		if unique && b.Desc != "" || utf8.RuneCountInString(b.Desc) > maxDesc { // a button has none
			return badRequest(131009, "Parameter value is not valid")
		}
		if refused := firstOf(length(b.Title, title), length(b.ID, maxID)); refused != nil {
			return refused
		}
	}
	return nil
}

func length(s string, most int) *apiError {
	if n := utf8.RuneCountInString(s); n == 0 || n > most {
		return badRequest(131009, fmt.Sprintf("Parameter value is not valid: length must be between 1 and %d", most))
	}
	return nil
}

func firstOf(all ...*apiError) *apiError {
	for _, e := range all {
		if e != nil {
			return e
		}
	}
	return nil
}

// tellStatus tells the bot what became of a message. The lock is held.
func (s *Server) tellStatus(m Sent, who *person, status string, code int) {
	body := map[string]any{
		"id": m.ID, "status": status, "timestamp": strconv.FormatInt(m.At.Unix(), 10),
		"recipient_id": who.phone, "biz_opaque_callback_data": m.Opaque,
	}
	if code != 0 {
		body["errors"] = []any{map[string]any{"code": code, "title": "failed on demand"}}
	}
	s.news = append(s.news, news{body: body, status: true})
	s.change()
}

// Tell tells the bot of a message it sent that it is sent, delivered, read or
// failed, once more or for the first time.
func (s *Server) Tell(m Sent, status string, code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tellStatus(m, &person{phone: m.To}, status, code)
}
