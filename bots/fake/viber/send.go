package viber

import (
	"encoding/json"
	"html"
	"strconv"
	"strings"
	"unicode/utf8"

	"besedka/bots/fake"
)

// Limits of .../rest-bot-api, send message and keyboards.
const (
	maxText   = 7000
	maxWords  = 768 // under a picture
	maxName   = 28
	maxAction = 250
	maxRows   = 24
	columns   = 6
)

// message is what the bot sends, or answers to who opened the chat.
type message struct {
	Receiver string `json:"receiver"`
	MinAPI   int    `json:"min_api_version"`
	Sender   struct {
		Name string `json:"name"`
	} `json:"sender"`
	Type     string    `json:"type"`
	Text     string    `json:"text"`
	Media    string    `json:"media"`
	Keyboard *keyboard `json:"keyboard"`
}

type keyboard struct {
	Type    string   `json:"Type"`
	Input   string   `json:"InputFieldState"`
	Buttons []button `json:"Buttons"`
}

type button struct {
	Columns    int    `json:"Columns"`
	Rows       int    `json:"Rows"`
	ActionType string `json:"ActionType"`
	ActionBody string `json:"ActionBody"`
	Text       string `json:"Text"`
	Silent     bool   `json:"Silent"`
}

func (s *Server) send(c call) answer {
	m, said, wrong := read(c.body)
	if wrong != "" {
		return badData(wrong)
	}
	if known, blocked := s.Reach(m.Receiver); !known || blocked {
		return notSubscribed
	}
	if m.Type == "picture" {
		if said.Photo, wrong = fetch(c.Context(), m.Media); wrong != "" {
			return badData(wrong)
		}
	}
	said.To, said.RequestID = m.Receiver, c.Header.Get("X-Request-Id")
	return answer{Message: "ok", Token: s.say(said)}
}

// say shows a message and returns its token.
func (s *Server) say(m fake.Sent) int64 {
	token := s.newToken()
	m.ID = strconv.FormatInt(token, 10)
	s.Say(m)
	return token
}

// read takes a message apart and holds it to Viber's limits; wrong is "" for one that
// keeps them.
func read(body []byte) (m message, said fake.Sent, wrong string) {
	switch err := json.Unmarshal(body, &m); {
	case err != nil:
		return m, said, "not a message"
	case m.Sender.Name == "" || utf8.RuneCountInString(m.Sender.Name) > maxName:
		return m, said, "sender.name is missing or too long"
	case m.Type == "picture" && (m.Media == "" || utf8.RuneCountInString(m.Text) > maxWords):
		return m, said, "media is missing, or text too long"
	case m.Type == "text" && (m.Text == "" || utf8.RuneCountInString(m.Text) > maxText):
		return m, said, "text is missing or too long"
	case m.Type != "text" && m.Type != "picture":
		return m, said, "type is unknown"
	}
	said = fake.Sent{Text: m.Text, Clears: m.Keyboard == nil}
	if m.Keyboard == nil {
		return m, said, ""
	}
	said.Typed = true
	said.Rows, wrong = m.Keyboard.rows(m.MinAPI)
	return m, said, wrong
}

// rows lets the keys flow into six columns.
func (k *keyboard) rows(api int) (rows [][]fake.Button, wrong string) {
	if k.Type != "keyboard" || len(k.Buttons) == 0 || k.Input != "" && api < 4 {
		return nil, "keyboard is not valid"
	}
	left := 0
	for _, b := range k.Buttons {
		if !b.fits(api) {
			return nil, "keyboard is not valid: a button"
		}
		if b.Columns > left {
			rows, left = append(rows, nil), columns
		}
		left -= b.Columns
		rows[len(rows)-1] = append(rows[len(rows)-1], b.key())
	}
	if len(rows) > maxRows {
		return nil, "keyboard is not valid: too many rows"
	}
	return rows, ""
}

func (b button) fits(api int) bool {
	switch {
	case b.Columns < 1 || b.Columns > columns, b.Rows < 1 || b.Rows > 2, b.Silent && api < 6:
		return false
	case b.Text == "", b.ActionBody == "", utf8.RuneCountInString(html.UnescapeString(b.Text)) > maxAction:
		return false
	case b.ActionType == "open-url":
		return strings.HasPrefix(b.ActionBody, "http")
	}
	return b.ActionType == "reply" && utf8.RuneCountInString(b.ActionBody) <= maxAction
}

func (b button) key() fake.Button {
	key := fake.Button{Text: html.UnescapeString(b.Text)}
	if b.ActionType == "open-url" {
		key.URL = b.ActionBody
	} else {
		key.Data = b.ActionBody
	}
	return key
}
