package emulator

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
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
	// Strict answers 406 for receipts never heard of. Otherwise their contents
	// are invented, so that a visitor's own receipt can be tried.
	Strict bool
	// Mix says when receipts never heard of arrive; nil: they have.
	Mix *Mix
	// Latency works on requests as long as the real service does; else no time.
	Latency bool
	// Seed is of the dice for latency, rates of faults and arrivals.
	Seed uint64
	// NewService answers 455 for a receipt that has not arrived, not 404.
	NewService bool

	Addresses   []netip.Prefix // that may call the tax service; none: everybody
	MasterToken string         // the only good one; "": any
	TokenLife   time.Duration  // of a temporary token; 0: an hour
	SendsADay   int            // of the contract; 0: 100,000
	UserSends   int            // of one user token in a day; 0: no limit
	ChecksADay  int            // of a token at proverkacheka.com; 0: the 15 of a free one
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
	cfg   Config
	mux   *http.ServeMux
	order map[Provider][]Fault // in which faults strike
	ahead atomic.Int64         // of the given clock, in nanoseconds

	mu        sync.Mutex
	dice      *rand.Rand
	state     state
	tokens    map[string]time.Time // until when each is good
	messages  map[string]*message
	queue     []string // message ids, oldest first
	calls     []Call
	counters  counters
	sends     quota // of the contract
	userSends quota // of each user token
	checks    checks
	spoilt    int // replies turned to garbage so far
}

// message is one running request.
type message struct {
	query query
	sent  time.Time
	ready time.Time   // before: PROCESSING
	polls []time.Time // within the last minute
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
	cfg.TokenLife = cmp.Or(cfg.TokenLife, tokenLife)
	cfg.SendsADay = cmp.Or(cfg.SendsADay, sendsADay)
	cfg.ChecksADay = cmp.Or(cfg.ChecksADay, freeChecks)
	e := &Emulator{
		cfg: cfg, dice: rand.New(rand.NewPCG(cfg.Seed, 0)),
		order:  map[Provider][]Fault{FNS: KnownFaults(FNS), Proverkacheka: KnownFaults(Proverkacheka)},
		tokens: map[string]time.Time{}, messages: map[string]*message{}, checks: checks{pending: map[string]time.Time{}},
		counters: counters{calls: map[string]int{}, asked: map[string]int{}, refused: map[string]bool{}}, state: state{Receipts: map[string]*record{}},
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

// now is the service's own clock.
func (e *Emulator) now() time.Time { return e.cfg.Now().Add(time.Duration(e.ahead.Load())) }

// wait holds the caller for d of real time, or until it gives up.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
