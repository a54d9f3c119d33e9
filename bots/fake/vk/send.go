package vk

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"besedka/bots/fake"
)

// Limits of dev.vk.com/ru/method/messages.send and of keyboards.
const (
	maxText    = 4096
	maxLabel   = 40
	maxPayload = 255
	maxPicture = 50 << 20
)

// send says a thing once, however often it comes under one random_id.
func (s *Server) send(c call) (any, *refusal) {
	s.sending.Lock()
	defer s.sending.Unlock()
	peer := c.Get("peer_id")
	random, err := strconv.ParseInt(c.Get("random_id"), 10, 32)
	if err != nil {
		return nil, badParameter("random_id is invalid")
	}
	once := fmt.Sprintf("%s/%d", peer, random)
	if id, said := s.sent[once]; said && random != 0 {
		return id, nil
	}
	m, refused := s.read(c)
	if refused == nil {
		refused = s.reach(peer)
	}
	if refused != nil {
		return nil, refused
	}
	id := s.Number()
	m.To, m.ID = peer, strconv.FormatInt(id, 10)
	s.Say(m)
	s.sent[once] = id
	return id, nil
}

func (s *Server) edit(c call) (any, *refusal) {
	now, ok := s.Standing(c.Get("message_id"))
	if !ok || now.To != c.Get("peer_id") {
		return nil, badParameter("message_id is invalid")
	}
	m, refused := s.read(c)
	if refused == nil {
		refused = s.reach(now.To)
	}
	if refused != nil {
		return nil, refused
	}
	if !now.Says(m) {
		m.To, m.ID, m.Edits = now.To, now.ID, now.N
		if now.Edits != 0 {
			m.Edits = now.Edits
		}
		s.Say(m)
	}
	return 1, nil
}

// reach says why the community cannot write to a person.
func (s *Server) reach(person string) *refusal {
	if known, blocked := s.Reach(person); !known || blocked {
		return &refusal{901, "Can't send messages for users without permission"}
	}
	return nil
}

// read takes a message apart and holds it to VK's limits.
func (s *Server) read(c call) (m fake.Sent, refused *refusal) {
	m.RequestID, m.Text = c.id, c.Get("message")
	if named := c.Get("attachment"); named != "" {
		s.mu.Lock()
		file := s.uploads[named]
		s.mu.Unlock()
		data, ok := s.File(file)
		if !ok {
			return m, badParameter("attachment is invalid")
		}
		m.Photo = data
	}
	switch {
	case utf8.RuneCountInString(m.Text) > maxText:
		return m, &refusal{914, "Message is too long"}
	case m.Text == "" && m.Photo == nil:
		return m, badParameter("message is empty or invalid")
	}
	if kb := c.Get("keyboard"); kb != "" {
		m.Typed, m.Rows, refused = readKeyboard(kb)
		m.Clears = m.Typed && len(m.Rows) == 0
	}
	return m, refused
}

type keyboard struct {
	Inline  bool `json:"inline"`
	OneTime bool `json:"one_time"`
	Buttons [][]struct {
		Action action `json:"action"`
	} `json:"buttons"`
}

type action struct {
	Type    string `json:"type"`
	Label   string `json:"label"`
	Payload string `json:"payload"`
	Link    string `json:"link"`
}

// Rows, keys in a row and keys in all of the two kinds of keyboards.
var grids = map[bool][3]int{true: {6, 5, 10}, false: {10, 5, 40}}

func readKeyboard(text string) (typed bool, rows [][]fake.Button, refused *refusal) {
	refused = &refusal{911, "Keyboard format is invalid"}
	var kb keyboard
	if json.Unmarshal([]byte(text), &kb) != nil {
		return false, nil, refused
	}
	grid, all := grids[kb.Inline], 0
	for _, row := range kb.Buttons {
		var keys []fake.Button
		for _, b := range row {
			if !b.Action.fits(kb.Inline) {
				return false, nil, refused
			}
			keys = append(keys, fake.Button{Text: b.Action.Label, Data: b.Action.Payload, URL: b.Action.Link})
		}
		all += len(keys)
		if len(keys) == 0 || len(keys) > grid[1] {
			return false, nil, refused
		}
		rows = append(rows, keys)
	}
	if len(rows) > grid[0] || all > grid[2] || kb.Inline && kb.OneTime {
		return false, nil, refused
	}
	return !kb.Inline, rows, nil
}

func (a action) fits(inline bool) bool {
	if n := utf8.RuneCountInString(a.Label); n == 0 || n > maxLabel {
		return false
	}
	if a.Payload != "" && (!json.Valid([]byte(a.Payload)) || utf8.RuneCountInString(a.Payload) > maxPayload) {
		return false
	}
	switch a.Type {
	case "callback":
		return inline
	case "open_link":
		return strings.HasPrefix(a.Link, "http")
	}
	return a.Type == "text"
}

// A picture goes up in three calls: a server, the picture, and the server's words
// about it.
func (s *Server) uploadServer(c call) (any, *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{"upload_url": s.at + "/upload", "album_id": -64, "user_id": 0}, nil
}

func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	file, _, err := r.FormFile("photo")
	if err != nil || r.FormValue("access_token") != "" { // the token is nobody's business here
		http.Error(w, "no photo", http.StatusBadRequest)
		return
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, file, maxPicture))
	if err != nil {
		http.Error(w, "too long", http.StatusRequestEntityTooLarge)
		return
	}
	write(w, map[string]any{"server": 42, "photo": s.KeepFile(data), "hash": "hash"})
}

func (s *Server) savePhoto(c call) (any, *refusal) {
	if _, ok := s.File(c.Get("photo")); !ok || c.Get("server") != "42" || c.Get("hash") != "hash" {
		return nil, badParameter("photo is invalid")
	}
	id := s.Number()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uploads[fmt.Sprintf("photo-%d_%d_key", s.group, id)] = c.Get("photo")
	return []any{map[string]any{"id": id, "owner_id": -s.group, "access_key": "key"}}, nil
}

// keep stores what a person sent and returns its address.
func (s *Server) keep(data []byte) string {
	s.mu.Lock()
	at := s.at
	s.mu.Unlock()
	return at + "/i/" + s.KeepFile(data)
}

// keepDocument is keep of a document: its address leads to the one that has it, as
// vk.com/doc… leads to a userapi.com.
func (s *Server) keepDocument(data []byte) string {
	return strings.Replace(s.keep(data), "/i/", "/doc/", 1)
}

func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	if name, isDocument := strings.CutPrefix(r.URL.Path, "/doc/"); isDocument {
		http.Redirect(w, r, "/i/"+name, http.StatusFound)
		return
	}
	data, ok := s.File(strings.TrimPrefix(r.URL.Path, "/i/"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	_, _ = w.Write(data)
}
