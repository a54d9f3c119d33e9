package emulator

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// Config is what an Emulator takes from its surroundings.
type Config struct {
	Now func() time.Time // required
	// Hang holds a caller for d during the fault Hang; nil waits in real time.
	Hang func(ctx context.Context, d time.Duration)
	// StateFile keeps receipts and faults over a restart; "" forgets them.
	StateFile string
	// Zone is that of the tills, whose times have none; nil is Moscow.
	Zone *time.Location
	// ChecksADay is a token's quota at proverkacheka.com; 0 is that of a free one.
	ChecksADay int
	// Strict answers 406 for receipts never heard of. Otherwise their contents
	// are invented, so that a visitor's own receipt can be tried.
	Strict bool
}

// Lifetimes and limits of the service, as documented or as its users report.
const (
	tokenLife     = time.Hour
	messageLife   = 60 * time.Second
	pollGap       = time.Second // between two polls of one message
	pollsAMinute  = 12
	sendsADay     = 100_000 // of the contract
	slowness      = 20 * time.Second
	hangFor       = 30 * time.Second
	maxRequest    = 1 << 20 // bytes
	maxCallsKept  = 10_000
	maxUserToken  = 160 // characters of base64
	purgedAfter   = 75 * 24 * time.Hour
	authPath      = "/open-api/AuthService/0.1"
	ticketPath    = "/open-api/ais3/KktService/0.1"
	controlPrefix = "/__emu/"
)

// moscow is the zone of the service's days.
var moscow = time.FixedZone("MSK", 3*60*60)

// Emulator is one tax service and one proverkacheka.com. It is an http.Handler.
type Emulator struct {
	cfg Config
	mux *http.ServeMux

	mu       sync.Mutex
	state    state
	tokens   map[string]time.Time // until when each is good
	messages map[string]*message
	order    []string // message ids, oldest first
	calls    []Call
	sends    quota // of the contract
	checks   checks
	spoilt   int // replies turned to garbage so far
}

// message is one running request.
type message struct {
	query query
	sent  time.Time
	ready time.Time   // before: PROCESSING
	polls []time.Time // within the last minute
}

// Call is one request that reached a service, for assertions and for the
// demonstration's view behind the scenes.
type Call struct {
	At        time.Time `json:"at"`
	Call      string    `json:"call"` // auth, send or poll; check is proverkacheka.com's
	QR        string    `json:"qr,omitempty"`
	MessageID string    `json:"messageId,omitempty"`
	User      string    `json:"user,omitempty"`
	Answer    string    `json:"answer"` // a result code, PROCESSING, ok, or the fault
}

// New starts from the state file, when there is one.
func New(cfg Config) (*Emulator, error) {
	if cfg.Now == nil {
		return nil, errors.New("emulator: no clock given")
	}
	if cfg.Hang == nil {
		cfg.Hang = wait
	}
	if cfg.Zone == nil {
		cfg.Zone = moscow
	}
	if cfg.ChecksADay == 0 {
		cfg.ChecksADay = freeChecks
	}
	e := &Emulator{
		cfg: cfg, tokens: map[string]time.Time{}, messages: map[string]*message{},
		checks: checks{pending: map[string]time.Time{}}, state: state{Receipts: map[string]*record{}},
	}
	if err := e.load(); err != nil {
		return nil, err
	}
	e.mux = http.NewServeMux()
	e.mux.Handle(authPath, e.service("AuthService", e.auth))
	e.mux.Handle(ticketPath, e.service("KktService", e.ticket))
	e.mux.HandleFunc("POST "+checkPath, e.check)
	e.control()
	return e, nil
}

func (e *Emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) { e.mux.ServeHTTP(w, r) }

// wait holds the caller for d of real time, or until it gives up.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// log keeps the newest calls. The caller holds the lock.
func (e *Emulator) log(c Call) {
	c.At = e.cfg.Now()
	if len(e.calls) >= maxCallsKept {
		e.calls = append(e.calls[:0], e.calls[maxCallsKept/2:]...)
	}
	e.calls = append(e.calls, c)
}
