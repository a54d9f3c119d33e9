package sms

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"besedka/core/letter/gsm"
)

// Sent is an SMS that has reached a phone.
type Sent struct {
	N           int // grows
	ID          string
	To, Text    string
	From        string
	Parts       int
	At          time.Time
	Undelivered bool // the phone is off for good
}

// Fault spoils calls of send.php.
type Fault struct {
	Kind  FaultKind
	Code  int // of Refuse: error_code
	Times int // how many calls
}

// FaultKind is a way to misbehave. Lose takes nothing; Drop and Page take the SMS and never say so.
type FaultKind string

// The faults.
const (
	Refuse FaultKind = "refuse" // an error of the provider's
	Lose   FaultKind = "lose"   // the connection is cut before anything is taken
	Drop   FaultKind = "drop"   // and after it was
	Page   FaultKind = "page"   // 502 with a page of HTML
)

// Server is the provider's API for one account.
type Server struct {
	login, key string
	now        func() time.Time

	mu     sync.Mutex
	sent   []Sent
	off    []string // phones that nothing reaches
	faults []Fault
}

// New is a provider with one account.
func New(login, key string, now func() time.Time) *Server {
	return &Server{login: login, key: key, now: now}
}

// Sent are the SMS that reached a phone, all of them for "", after the one numbered after.
func (s *Server) Sent(to string, after int) []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Sent
	for _, m := range s.sent {
		if m.N > after && (to == "" || digits(to) == digits(m.To)) {
			found = append(found, m)
		}
	}
	return found
}

// Spoil adds a fault.
func (s *Server) Spoil(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// TurnOff lets nothing reach a phone from now on.
func (s *Server) TurnOff(phone string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.off = append(s.off, digits(phone))
}

func digits(phone string) string { return strings.TrimLeft(phone, "+") }

// ServeHTTP answers send.php and status.php, as POST only: a key in an address would stand
// in logs.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.Method != http.MethodPost || r.URL.RawQuery != "" || r.ParseForm() != nil:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case r.PostForm.Get("fmt") != "3":
		w.Write([]byte("ERROR = 1")) //nolint:errcheck // the caller is gone
	case !s.known(r):
		refuse(w, 2)
	case strings.HasSuffix(r.URL.Path, "/send.php"):
		s.send(w, r)
	case strings.HasSuffix(r.URL.Path, "/status.php"):
		s.status(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (s *Server) known(r *http.Request) bool {
	if s.login == "" {
		return r.PostForm.Get("apikey") == s.key
	}
	return r.PostForm.Get("login") == s.login && r.PostForm.Get("psw") == s.key
}

func (s *Server) send(w http.ResponseWriter, r *http.Request) {
	fault := s.takeFault()
	switch fault.Kind {
	case Refuse:
		refuse(w, fault.Code)
		return
	case Lose:
		panic(http.ErrAbortHandler)
	}
	to, text, id := r.PostForm.Get("phones"), r.PostForm.Get("mes"), r.PostForm.Get("id")
	if len(digits(to)) < 10 || text == "" {
		refuse(w, 7)
		return
	}
	if i := s.find(to, id); i >= 0 && s.now().Sub(s.sent[i].At) < time.Minute {
		refuse(w, 9)
		return
	}
	s.sent = append(s.sent, Sent{
		N: len(s.sent) + 1, ID: id, To: "+" + digits(to), Text: text, From: r.PostForm.Get("sender"), Parts: gsm.Parts(text), At: s.now(), Undelivered: slices.Contains(s.off, digits(to)),
	})
	switch fault.Kind {
	case Drop:
		panic(http.ErrAbortHandler)
	case Page:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		w.Write([]byte("<html>502</html>")) //nolint:errcheck // the caller is gone
		return
	}
	reply(w, map[string]any{"id": json.Number(id), "cnt": gsm.Parts(text)})
}

func (s *Server) status(w http.ResponseWriter, r *http.Request) {
	i := s.find(r.PostForm.Get("phone"), r.PostForm.Get("id"))
	switch {
	case i < 0:
		refuse(w, 3)
	case s.sent[i].Undelivered:
		reply(w, map[string]any{"status": 25, "err": 1})
	default:
		reply(w, map[string]any{"status": 1, "err": 0})
	}
}

// find is the newest SMS to a phone with an id; -1 for none.
func (s *Server) find(to, id string) int {
	for i := len(s.sent) - 1; i >= 0; i-- {
		if digits(s.sent[i].To) == digits(to) && s.sent[i].ID == id {
			return i
		}
	}
	return -1
}

func (s *Server) takeFault() Fault {
	if len(s.faults) == 0 {
		return Fault{}
	}
	f := s.faults[0]
	if s.faults[0].Times--; s.faults[0].Times <= 0 {
		s.faults = s.faults[1:]
	}
	return f
}

func refuse(w http.ResponseWriter, code int) {
	reply(w, map[string]any{"error": "отказ", "error_code": code})
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(v) // the caller is gone
}
