package vk

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"besedka/bots/fake"
)

// Server is VK for one community, an http.Handler. Close it to stop deliveries of
// the Callback API.
type Server struct {
	*fake.Chats
	token string
	group int64

	acting  sync.Mutex // one person acts at a time
	sending sync.Mutex // a random_id is looked at and kept at once
	mu      sync.Mutex
	at      string           // our own address, as the bot called us by
	sent    map[string]int64 // message ids by peer and random_id
	uploads map[string]string
	polled  bool // by a bot that has a ts
	keys    int  // Long Poll keys given
	expired bool // the newest of them
}

// New is a VK with one community and its token. now dates what happens.
func New(token string, group int64, now func() time.Time) *Server {
	return &Server{Chats: fake.New(now), token: token, group: group, sent: map[string]int64{}, uploads: map[string]string{}}
}

// methods of the API this server knows.
var methods = map[string]func(*Server, call) (any, *refusal){
	"groups.getLongPollServer":        (*Server).longPollServer,
	"messages.send":                   (*Server).send,
	"messages.edit":                   (*Server).edit,
	"messages.sendMessageEventAnswer": (*Server).answer,
	"photos.getMessagesUploadServer":  (*Server).uploadServer,
	"photos.saveMessagesPhoto":        (*Server).savePhoto,
}

// call is one request of the bot.
type call struct {
	url.Values
	id string // X-Request-Id
}

// refusal is an error as VK writes it.
type refusal struct {
	Code    int    `json:"error_code"`
	Message string `json:"error_msg"`
}

func badParameter(what string) *refusal {
	return &refusal{100, "One of the parameters specified was missing or invalid: " + what}
}

// ServeHTTP answers the API's methods, and at addresses that it gave the Long Poll,
// uploads and files.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.at = "http://" + r.Host
	s.mu.Unlock()
	name, isMethod := strings.CutPrefix(r.URL.Path, "/method/")
	switch {
	case isMethod:
		s.call(w, r, name)
	case r.URL.Path == "/wh":
		s.Serve(w, r, "poll", s.refuses(w), func(w http.ResponseWriter) { s.poll(w, r) })
	case r.URL.Path == "/upload":
		s.Serve(w, r, "upload", s.refuses(w), func(w http.ResponseWriter) { s.upload(w, r) })
	case strings.HasPrefix(r.URL.Path, "/i/"), strings.HasPrefix(r.URL.Path, "/doc/"):
		s.download(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (s *Server) call(w http.ResponseWriter, r *http.Request, name string) {
	method, ok := methods[name]
	_ = r.ParseForm()
	c := call{r.PostForm, r.Header.Get("X-Request-Id")}
	switch {
	case !ok:
		reply(w, nil, &refusal{3, "Unknown method passed"})
	case c.Get("v") == "":
		reply(w, nil, badParameter("v is required"))
	case c.Get("access_token") != s.token:
		reply(w, nil, &refusal{5, "User authorization failed: invalid access_token (4)."})
	default:
		s.Serve(w, r, name, s.refuses(w), func(w http.ResponseWriter) {
			result, refused := method(s, c)
			reply(w, result, refused)
		})
	}
}

// refuses words the faults that are VK's own.
func (s *Server) refuses(w http.ResponseWriter) func(fake.FaultKind) bool {
	return func(k fake.FaultKind) bool {
		if k != fake.Throttle {
			return false
		}
		reply(w, nil, &refusal{6, "Too many requests per second"})
		return true
	}
}

func reply(w http.ResponseWriter, result any, refused *refusal) {
	if refused != nil {
		write(w, map[string]any{"error": refused})
		return
	}
	write(w, map[string]any{"response": result})
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(v)
}

func (s *Server) answer(c call) (any, *refusal) {
	if !s.Answer(c.Get("event_id")) {
		return nil, badParameter("event_id is invalid")
	}
	return 1, nil
}
