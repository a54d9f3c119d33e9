package viber

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"besedka/bots/fake"
)

// Server is Viber for one bot, an http.Handler. Close it to stop its posts.
type Server struct {
	*fake.Chats
	token string

	acting sync.Mutex // one person acts at a time
	mu     sync.Mutex
	at     string         // our own address, as the bot called us by
	opened map[int64]bool // chats opened, by the event's token, that show the welcome
}

// New is a Viber with one bot and its token. now dates what happens.
func New(token string, now func() time.Time) *Server {
	return &Server{Chats: fake.New(now), token: token, opened: map[int64]bool{}}
}

// call is one request of the bot.
type call struct {
	*http.Request
	body []byte
}

// methods of the API this server knows.
var methods = map[string]func(*Server, call) answer{
	"set_webhook":  (*Server).setWebhook,
	"send_message": (*Server).send,
}

// answer is what Viber says: HTTP status 200 always, and a status of its own.
type answer struct {
	Status  int    `json:"status"`
	Message string `json:"status_message"`
	Token   int64  `json:"message_token,omitempty"`
}

// Refusals, as the API's error codes have them.
var (
	invalidURL    = answer{Status: 1, Message: "invalidUrl"}
	invalidToken  = answer{Status: 2, Message: "invalidAuthToken"}
	notSubscribed = answer{Status: 6, Message: "receiverNotSubscribed"}
	tooMany       = answer{Status: 12, Message: "tooManyRequests"}
)

func badData(what string) answer { return answer{Status: 3, Message: "badData: " + what} }

// maxCall bounds a request, .../rest-bot-api: the whole of it is at most 30 KB.
const maxCall = 30 << 10

// ServeHTTP answers the API's methods, and hands out files at addresses that it gave.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.at = "http://" + r.Host
	s.mu.Unlock()
	if name, ok := strings.CutPrefix(r.URL.Path, "/pa/"); ok {
		s.call(w, r, name)
		return
	}
	data, ok := s.File(strings.TrimPrefix(r.URL.Path, "/i/"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	_, _ = w.Write(data)
}

func (s *Server) call(w http.ResponseWriter, r *http.Request, name string) {
	method, ok := methods[name]
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCall))
	switch {
	case !ok:
		http.NotFound(w, r)
	case r.Header.Get("X-Viber-Auth-Token") != s.token:
		write(w, invalidToken)
	case err != nil:
		write(w, badData("the request is too long"))
	default:
		s.Serve(w, r, name, refuses(w), func(w http.ResponseWriter) { write(w, method(s, call{r, body})) })
	}
}

// refuses words the faults that are Viber's own.
func refuses(w http.ResponseWriter) func(fake.FaultKind) bool {
	return func(k fake.FaultKind) bool {
		if k != fake.Throttle {
			return false
		}
		write(w, tooMany)
		return true
	}
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(v)
}

// keep stores what a person sent and returns its address.
func (s *Server) keep(data []byte) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at + "/i/" + s.KeepFile(data)
}
