package max

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"besedka/bots/fake"
)

// BotID is the bot's own user id.
const BotID = 229229229

// NotReady makes MAX still work on a picture when it is to be sent.
const NotReady fake.FaultKind = "not_ready"

// Server is the Bot API of one bot, an http.Handler. Close it to stop webhook
// deliveries.
type Server struct {
	*fake.Chats
	token string

	acting sync.Mutex // one person acts at a time
	mu     sync.Mutex
	at     string // our own address, as the bot called us by
	hooks  []hook
	polled bool              // by a bot that has a marker
	types  []string          // of the newest poll or subscription; empty = all
	handed map[string]upload // files of the bot, by their tokens
}

// New is a MAX with one bot, whose token is given. now dates what happens.
func New(token string, now func() time.Time) *Server {
	return &Server{Chats: fake.New(now), token: token, handed: map[string]upload{}}
}

// call is one request of the bot.
type call struct {
	*http.Request
	body []byte
}

func (c call) query(name string) string { return c.URL.Query().Get(name) }

// methods of the Bot API this server knows.
var methods = map[string]func(*Server, call) (any, *refusal){
	"GET /me":               (*Server).me,
	"GET /updates":          (*Server).updates,
	"GET /subscriptions":    (*Server).subscriptions,
	"POST /subscriptions":   (*Server).subscribe,
	"DELETE /subscriptions": (*Server).unsubscribe,
	"POST /messages":        (*Server).send,
	"PUT /messages":         (*Server).edit,
	"POST /answers":         (*Server).answer,
	"POST /uploads":         (*Server).uploads,
}

// refusal is an error as MAX writes it.
type refusal struct {
	status  int
	Code    string `json:"code"`
	Message string `json:"message"`
	after   string // Retry-After
}

func badRequest(what string) *refusal {
	return &refusal{status: http.StatusBadRequest, Code: "proto.payload", Message: what}
}

// ServeHTTP answers the methods of the Bot API, and at addresses that it gave takes
// uploads and hands out files.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.at = "http://" + r.Host
	s.mu.Unlock()
	switch {
	case strings.HasPrefix(r.URL.Path, "/upload.do"):
		s.Serve(w, r, "upload", s.refuses(w), func(w http.ResponseWriter) { s.upload(w, r) })
	case strings.HasPrefix(r.URL.Path, "/i/"):
		s.Serve(w, r, "download", s.refuses(w), func(w http.ResponseWriter) { s.download(w, r) })
	case r.Header.Get("Authorization") != s.token:
		reply(w, nil, &refusal{status: http.StatusUnauthorized, Code: "verify.token", Message: "Invalid access_token"})
	default:
		s.call(w, r)
	}
}

// maxBody bounds a request; the longest is a text of 4000 runes with its keyboard.
const maxBody = 1 << 20

func (s *Server) call(w http.ResponseWriter, r *http.Request) {
	name := r.Method + " " + r.URL.Path
	method, ok := methods[name]
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	switch {
	case !ok:
		reply(w, nil, &refusal{status: http.StatusNotFound, Code: "not.found", Message: "Path not found"})
	case err != nil:
		reply(w, nil, badRequest("body is too long"))
	default:
		s.Serve(w, r, name, s.refuses(w), func(w http.ResponseWriter) {
			result, refused := method(s, call{r, body})
			reply(w, result, refused)
		})
	}
}

// refuses words the faults that are MAX's own.
func (s *Server) refuses(w http.ResponseWriter) func(fake.FaultKind) bool {
	return func(k fake.FaultKind) bool {
		switch k {
		case fake.Throttle:
			reply(w, nil, &refusal{status: http.StatusTooManyRequests, Code: "too.many.requests", Message: "Too many requests", after: "7"})
		case NotReady:
			reply(w, nil, &refusal{status: http.StatusBadRequest, Code: "attachment.not.ready", Message: "Key: errors.process.attachment.file.not.processed"})
		default:
			return false
		}
		return true
	}
}

func reply(w http.ResponseWriter, result any, refused *refusal) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if refused != nil {
		if refused.after != "" {
			w.Header().Set("Retry-After", refused.after)
		}
		w.WriteHeader(refused.status)
		result = refused
	}
	_ = json.NewEncoder(w).Encode(result)
}

// done is a SimpleQueryResult.
var done = map[string]any{"success": true}

func (s *Server) me(call) (any, *refusal) { return s.self(), nil }

func (s *Server) self() map[string]any {
	return map[string]any{"user_id": BotID, "first_name": "Fake", "username": "fake_bot", "is_bot": true, "last_activity_time": s.Now().UnixMilli()}
}

func (s *Server) answer(c call) (any, *refusal) {
	var said struct{ Message, Notification any }
	if json.Unmarshal(c.body, &said) != nil || said.Message == nil && said.Notification == nil {
		return nil, badRequest("message or notification is required")
	}
	if !s.Answer(c.query("callback_id")) {
		return nil, badRequest("callback is unknown")
	}
	return done, nil
}
