package cloudapi

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Version is the Graph API's, the first word of every path.
const Version = "v25.0"

// Config is one business number and the app in front of it.
type Config struct {
	Token       string // the app's, sent as a bearer token
	Phone       string // id of the number, not the number itself
	AppSecret   string // signs what is posted
	VerifyToken string // proves us to the app's webhook
	Business    string // id of the account whose templates there are; "" = it has none

	PairBurst int // messages to one person within 6 s, as Meta bounds them; 0 = any
	Now       func() time.Time
}

// Server is the Graph API of one number, an http.Handler. Close it to stop its
// posts.
type Server struct {
	cfg Config

	mu        sync.Mutex
	changed   chan struct{} // closed at every change, then made anew
	people    map[string]*person
	news      []news // not taken yet
	told      map[string]news
	numbered  int // wamids so far
	sent      []Sent
	read      []string // wamids that the bot has marked as read
	files     map[string]file
	faults    []Fault
	templates []Template
	stopHook  context.CancelFunc
}

// person is somebody who has written to the number.
type person struct {
	phone   string // digits, with the country code
	user    string // BSUID, "" where Meta has not given one yet
	hidden  bool   // the phone is not told
	blocked bool
	wrote   time.Time   // their last word
	got     []time.Time // what they got lately, for the pair rate
}

// file is something uploaded or sent, and until when an address of it works.
type file struct {
	data  []byte
	mime  string
	until time.Time // of the address told last; zero: none was told
}

// New is a WhatsApp with one business number.
func New(cfg Config) *Server {
	return &Server{
		cfg: cfg, changed: make(chan struct{}),
		people: map[string]*person{}, told: map[string]news{}, files: map[string]file{},
	}
}

// Close stops the posts.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopHook != nil {
		s.stopHook()
	}
}

// ServeHTTP answers /v25.0/<number>/messages and media, /v25.0/<media>,
// /v25.0/<account>/message_templates, and the addresses of files under /files/.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+s.cfg.Token {
		refuse(w, &apiError{Code: 190, Status: http.StatusUnauthorized, Type: "OAuthException", Message: "Invalid OAuth access token."})
		return
	}
	if id, ok := strings.CutPrefix(r.URL.Path, "/files/"); ok {
		s.download(w, r, id)
		return
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/"+Version+"/")
	switch {
	case !ok:
		refuse(w, badRequest(2500, "Unknown path components"))
	case r.Method == http.MethodPost && path == s.cfg.Phone+"/messages":
		s.messages(w, r)
	case r.Method == http.MethodPost && path == s.cfg.Phone+"/media":
		s.upload(w, r)
	case r.Method == http.MethodGet && s.cfg.Business != "" && path == s.cfg.Business+"/message_templates":
		s.list(w, r)
	case r.Method == http.MethodGet && !strings.Contains(path, "/"):
		s.media(w, r, path)
	default:
		refuse(w, badRequest(100, "Unsupported request"))
	}
}

// apiError is a refusal as Meta writes it.
type apiError struct {
	Status  int    `json:"-"`
	Message string `json:"message"`
	Type    string `json:"type"`
	Code    int    `json:"code"`
	Trace   string `json:"fbtrace_id"`
}

func badRequest(code int, what string) *apiError {
	return &apiError{Status: http.StatusBadRequest, Code: code, Type: "OAuthException", Message: what, Trace: "A1b2"}
}

func refuse(w http.ResponseWriter, e *apiError) { answer(w, e.Status, map[string]any{"error": e}) }

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// change tells everybody who waits that something is new. The lock is held.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// await returns when cond, called under the lock, is true or ctx ends.
func (s *Server) await(ctx context.Context, cond func() bool) error {
	for {
		s.mu.Lock()
		ok, changed := cond(), s.changed
		s.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// AwaitConfirmed returns once the bot has taken all news there are.
func (s *Server) AwaitConfirmed(ctx context.Context) error {
	return s.await(ctx, func() bool { return len(s.news) == 0 })
}

// AwaitSent returns once the person has got n messages.
func (s *Server) AwaitSent(ctx context.Context, phone string, n int) error {
	return s.await(ctx, func() bool { return len(s.sentTo(phone, 0)) >= n })
}

// Sent is what reached the person with this phone after the message numbered
// after, in order; phone "" means everybody.
func (s *Server) Sent(phone string, after int) []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sentTo(phone, after)
}

func (s *Server) sentTo(phone string, after int) []Sent {
	rest := s.sent[min(after, len(s.sent)):]
	return slices.DeleteFunc(slices.Clone(rest), func(m Sent) bool { return phone != "" && m.To != phone })
}

// AwaitRead returns once the bot has marked a person's message as read.
func (s *Server) AwaitRead(ctx context.Context, wamid string) error {
	return s.await(ctx, func() bool { return slices.Contains(s.read, wamid) })
}
