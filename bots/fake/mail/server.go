package mail

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// Received is a letter in a box.
type Received struct {
	N          int // grows
	ID         string
	From, To   string
	Title      string
	Text, Page string // the plain words, and the page of them
	Header     netmail.Header
	At         time.Time
}

// Fault spoils letters.
type Fault struct {
	Kind  FaultKind
	Code  int // of the refusals
	Times int // how many letters
}

// FaultKind is a way to misbehave, by the command at which it happens.
type FaultKind string

// The faults. Drop takes the letter and never says so.
const (
	RefuseFrom FaultKind = "from"
	RefuseTo   FaultKind = "to"
	RefuseData FaultKind = "data"
	Drop       FaultKind = "drop"
)

// Server is a mail server without encryption and accounts, for this machine alone.
type Server struct {
	now  func() time.Time
	smtp *smtp.Server
	wire net.Listener

	mu     sync.Mutex
	boxes  []Received
	faults []Fault
}

// Start serves on loopback until Close.
func Start(now func() time.Time) (*Server, error) {
	wire, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{now: now, wire: wire}
	s.smtp = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: s, conn: c}, nil }))
	s.smtp.Domain, s.smtp.MaxMessageBytes, s.smtp.ErrorLog = "mail.example", 1<<20, quiet{}
	go s.smtp.Serve(wire) //nolint:errcheck // it ends with Close
	return s, nil
}

// quiet keeps the noise of cut connections out of the log.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// URL is the server's address.
func (s *Server) URL() string { return "smtp://" + s.wire.Addr().String() }

// Close ends all dialogues.
func (s *Server) Close() error {
	s.wire.Close() //nolint:errcheck // Serve may not have come to it yet
	return s.smtp.Close()
}

// Spoil adds a fault.
func (s *Server) Spoil(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// Received are the letters in a box, of all for "", after the one numbered after.
func (s *Server) Received(to string, after int) []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Received
	for _, m := range s.boxes {
		if m.N > after && (to == "" || strings.EqualFold(to, m.To)) {
			found = append(found, m)
		}
	}
	return found
}

// fault is the next one, if it is of that kind.
func (s *Server) fault(kind FaultKind) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.faults) == 0 || s.faults[0].Kind != kind {
		return Fault{}, false
	}
	f := s.faults[0]
	if s.faults[0].Times--; s.faults[0].Times <= 0 {
		s.faults = s.faults[1:]
	}
	return f, true
}

// refuse is the answer of a fault at its command.
func (s *Server) refuse(kind FaultKind) error {
	if f, ok := s.fault(kind); ok {
		return &smtp.SMTPError{Code: f.Code, EnhancedCode: smtp.NoEnhancedCode, Message: "somebody@example.org is not served"}
	}
	return nil
}

// session is one dialogue.
type session struct {
	server   *Server
	conn     *smtp.Conn
	from, to string
}

func (d *session) Mail(from string, _ *smtp.MailOptions) error {
	d.from = from
	return d.server.refuse(RefuseFrom)
}

func (d *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.to = to
	return d.server.refuse(RefuseTo)
}

func (d *session) Data(r io.Reader) error {
	m, err := read(r)
	if err != nil {
		return err
	}
	if err := d.server.refuse(RefuseData); err != nil {
		return err
	}
	m.From, m.To, m.At = d.from, d.to, d.server.now()
	d.server.keep(m)
	if _, ok := d.server.fault(Drop); ok {
		d.conn.Conn().Close() //nolint:errcheck // that is the fault
	}
	return nil
}

func (d *session) Reset()        {}
func (d *session) Logout() error { return nil }

func (s *Server) keep(m Received) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.N = len(s.boxes) + 1
	s.boxes = append(s.boxes, m)
}

// read takes a letter apart as a program of the person's would.
func read(r io.Reader) (m Received, err error) {
	told, err := netmail.ReadMessage(r)
	if err != nil {
		return m, err
	}
	m.Header, m.ID = told.Header, told.Header.Get("Message-Id")
	if m.Title, err = new(mime.WordDecoder).DecodeHeader(told.Header.Get("Subject")); err != nil {
		return m, err
	}
	kind, params, err := mime.ParseMediaType(told.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		return m, errors.Join(errors.New("a letter has a plain text and a page"), err)
	}
	for parts := multipart.NewReader(told.Body, params["boundary"]); ; {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return m, err
		}
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			return m, err
		}
		words := strings.ReplaceAll(string(text), "\r\n", "\n")
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			m.Page = words
		} else {
			m.Text = words
		}
	}
}
