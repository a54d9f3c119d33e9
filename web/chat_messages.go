package web

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"unicode/utf8"

	"besedka/core/chat"
	"besedka/web/problem"
)

// message is the body of POST /api/chat/messages: a key and one of the rest,
// but that a tap may bring the title of its button as text.
type message struct {
	Key     string `json:"key"`
	Text    string `json:"text"`
	Tap     string `json:"tap"`     // chat.Button.Token
	Contact string `json:"contact"` // a phone that was typed: words, and so a claim
	Start   string `json:"start"`   // payload of the link that opened the chat
}

var keyForm = regexp.MustCompile(`^[0-9A-Za-z._-]{8,` + strconv.Itoa(maxKeyBytes) + `}$`)

// inbound checks a message; the second result says what is wrong with it.
func (m message) inbound() (in chat.Inbound, wrong string) {
	given := 0
	for _, text := range []string{m.Text, m.Tap, m.Contact, m.Start} {
		if text != "" {
			given++
		}
	}
	if m.Tap != "" && m.Text != "" {
		given--
	}
	switch {
	case !keyForm.MatchString(m.Key):
		return in, "key must be 8 to 64 letters, digits, dots, dashes"
	case given != 1:
		return in, "give exactly one of text, tap, contact, start; a tap may have its title as text"
	case utf8.RuneCountInString(m.Text) > maxTextRunes:
		return in, "text is longer than 4096 characters"
	case len(m.Tap) > chat.TokenBytes, len(m.Start) > chat.TokenBytes, len(m.Contact) > chat.TokenBytes:
		return in, "tap, contact and start hold at most 64 bytes"
	}
	return chat.Inbound{Text: cmp.Or(m.Text, m.Contact), Tap: m.Tap, Start: m.Start}, ""
}

const maxMessageBytes = 64 << 10

func (s *server) acceptMessage(w http.ResponseWriter, r *http.Request, peer string) {
	var m message
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxMessageBytes)).Decode(&m)
	if _, tooBig := errors.AsType[*http.MaxBytesError](err); tooBig {
		problem.Write(w, http.StatusRequestEntityTooLarge, "too_big", "a message holds at most 64 KB")
		return
	}
	if err != nil {
		problem.Write(w, http.StatusBadRequest, "not_json", "the body must be one JSON object")
		return
	}
	in, wrong := m.inbound()
	if wrong != "" {
		problem.Write(w, http.StatusUnprocessableEntity, "bad_message", wrong)
		return
	}
	in.Lang = s.language(r)
	s.accept(w, r, peer, m.Key, in)
}

func (s *server) accept(w http.ResponseWriter, r *http.Request, peer, key string, in chat.Inbound) {
	in.Phone = s.vouched(r)
	if err := s.Chat.Accept(r.Context(), peer, key, in); err != nil {
		s.broken(w, r, "accept chat message", err)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

// broken answers with 500 and keeps the cause for the log.
func (s *server) broken(w http.ResponseWriter, r *http.Request, what string, err error) {
	if r.Context().Err() != nil {
		return // the shopper left
	}
	s.Log.ErrorContext(r.Context(), "request not served", "what", what, "error", err)
	problem.Write(w, http.StatusInternalServerError, "internal", "")
}

// listMessages reads one page of the transcript, for programs.
func (s *server) listMessages(w http.ResponseWriter, r *http.Request, peer string) {
	lines, err := s.Chat.Transcript(r.Context(), peer, cursor(r))
	if err != nil {
		s.broken(w, r, "read transcript", err)
		return
	}
	if lines == nil {
		lines = []Line{}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"messages": lines})
}

// cursor is where the reader stands: an event stream that reconnects says so
// in a header, everybody else in ?after=.
func cursor(r *http.Request) int64 {
	for _, text := range []string{r.Header.Get("Last-Event-ID"), r.URL.Query().Get("after")} {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	}
	return 0
}
