package receiver

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"

	"besedka/core/hook"
)

// Fault is a way to misbehave.
type Fault string

// The faults; "" is none.
const (
	Down      Fault = "down"      // 503
	Refuses   Fault = "refuses"   // 400
	Gone      Fault = "gone"      // 410
	Hangs     Fault = "hangs"     // takes the event and never answers
	Slow      Fault = "slow"      // answers 200 and never ends its body
	Huge      Fault = "huge"      // answers 200 with more than anybody reads
	Elsewhere Fault = "elsewhere" // 307 to another address of its own
)

// Got is an event as it came.
type Got struct {
	ID   string    `json:"-"`
	Type hook.Kind `json:"type"`
	Data struct {
		Conversation int64  `json:"conversation"`
		Member       int64  `json:"member"`
		Channel      string `json:"channel"`
		Queue        string `json:"queue"`
		Staff        int64  `json:"staff"`
		Message      *struct {
			ID   int64   `json:"id"`
			Text *string `json:"text"`
		} `json:"message"`
	} `json:"data"`
	Raw        string `json:"-"`
	Signatures int    `json:"-"`
}

// Receiver is the help desk.
type Receiver struct {
	*httptest.Server

	mu      sync.Mutex
	secret  string
	fault   func(Got) Fault
	got     []Got
	tries   int
	forged  int
	strayed int
	over    chan struct{}
}

// Open starts a help desk that knows no secret yet.
func Open() *Receiver {
	r := &Receiver{over: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /hooks", r.take)
	mux.HandleFunc("/elsewhere", func(http.ResponseWriter, *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.strayed++
	})
	r.Server = httptest.NewServer(mux)
	return r
}

// Close ends it, and whatever hangs with it.
func (r *Receiver) Close() {
	close(r.over)
	r.Server.CloseClientConnections()
	r.Server.Close()
}

// Host is its own, with the port.
func (r *Receiver) Host() string { return strings.TrimPrefix(r.Server.URL, "http://") }

// Address is where it takes events.
func (r *Receiver) Address() string { return r.Server.URL + "/hooks" }

// Knows tells it the secret.
func (r *Receiver) Knows(secret string) { r.with(func() { r.secret = secret }) }

// Misbehaves lets it, by event; nil ends that.
func (r *Receiver) Misbehaves(how func(Got) Fault) { r.with(func() { r.fault = how }) }

// All are the events that it took, each once, in the order they came first.
func (r *Receiver) All() (all []Got) {
	r.with(func() { all = slices.Clone(r.got) })
	return all
}

// Tries is how many requests there were, Forged those with no signature by the secret,
// Strayed those that followed it elsewhere.
func (r *Receiver) Tries() (n int)   { r.with(func() { n = r.tries }); return n }
func (r *Receiver) Forged() (n int)  { r.with(func() { n = r.forged }); return n }
func (r *Receiver) Strayed() (n int) { r.with(func() { n = r.strayed }); return n }

func (r *Receiver) with(do func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	do()
}

func (r *Receiver) take(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return
	}
	g := Got{ID: req.Header.Get("webhook-id"), Raw: string(body), Signatures: len(strings.Fields(req.Header.Get("webhook-signature")))}
	if err := json.Unmarshal(body, &g); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	fault, genuine := r.judge(req, g, body)
	switch {
	case !genuine:
		w.WriteHeader(http.StatusUnauthorized)
	case fault == "":
	default:
		r.misbehave(w, req, fault)
	}
}

// judge counts a request and keeps an event that is not refused.
func (r *Receiver) judge(req *http.Request, g Got, body []byte) (fault Fault, genuine bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tries++
	if genuine = r.genuine(req, body); !genuine {
		r.forged++
		return "", false
	}
	if r.fault != nil {
		fault = r.fault(g)
	}
	seen := slices.ContainsFunc(r.got, func(other Got) bool { return other.ID == g.ID })
	if took := fault == "" || fault == Hangs || fault == Slow || fault == Huge; took && !seen {
		r.got = append(r.got, g)
	}
	return fault, true
}

// genuine says whether any signature is by the secret: Standard Webhooks 1.0.0, "Signature
// scheme", as receivers reckon it themselves.
func (r *Receiver) genuine(req *http.Request, body []byte) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.secret, "whsec_"))
	if err != nil || len(key) == 0 {
		return false
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", req.Header.Get("webhook-id"), req.Header.Get("webhook-timestamp"), body)
	for _, signature := range strings.Fields(req.Header.Get("webhook-signature")) {
		version, sum, _ := strings.Cut(signature, ",")
		raw, err := base64.StdEncoding.DecodeString(sum)
		if err == nil && version == "v1" && hmac.Equal(raw, mac.Sum(nil)) {
			return true
		}
	}
	return false
}

func (r *Receiver) misbehave(w http.ResponseWriter, req *http.Request, f Fault) {
	hang := func() {
		select {
		case <-req.Context().Done():
		case <-r.over:
		}
	}
	switch f {
	case Down:
		w.WriteHeader(http.StatusServiceUnavailable)
	case Refuses:
		w.WriteHeader(http.StatusBadRequest)
	case Gone:
		w.WriteHeader(http.StatusGone)
	case Elsewhere:
		http.Redirect(w, req, "/elsewhere", http.StatusTemporaryRedirect)
	case Hangs:
		hang()
	case Slow:
		_, _ = io.WriteString(w, "o")
		_ = http.NewResponseController(w).Flush()
		hang()
	case Huge:
		lots := strings.Repeat("x", 1<<20)
		for range 64 {
			if _, err := io.WriteString(w, lots); err != nil {
				return
			}
		}
	}
}
