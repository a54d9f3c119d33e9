package fake

import (
	"fmt"
	"net/http"
	"slices"
)

// Fault spoils calls of the bot.
type Fault struct {
	Kind   FaultKind
	Method string // as the messenger calls it; "" = any
	Times  int    // how many calls; 0 = until Heal
}

// FaultKind is a way to misbehave.
type FaultKind string

// Throttle and Outage refuse a call, the first in the messenger's own words.
// BadGateway, Page, Drop and Stall carry it out and then never say so: a proxy that
// lost the answer words a page of its own, Drop cuts the connection, Stall stops in
// the middle of the answer until the caller gives up. Tear cuts the connection before
// anybody has looked at the call.
const (
	Throttle   FaultKind = "throttle"
	Outage     FaultKind = "outage"      // 503 with a page of HTML
	BadGateway FaultKind = "bad_gateway" // 502 with a page of HTML
	Page       FaultKind = "page"        // 200 with a page of HTML
	Drop       FaultKind = "drop"
	Stall      FaultKind = "stall"
	Tear       FaultKind = "tear"
)

// Spoil adds a fault. Of several that match a call the oldest counts.
func (c *Chats) Spoil(f Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = append(c.faults, f)
}

// Heal takes back every fault.
func (c *Chats) Heal() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = nil
}

func (c *Chats) takeFault(method string) *Fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.faults, func(f Fault) bool { return f.Method == "" || f.Method == method })
	if i < 0 {
		return nil
	}
	f := c.faults[i]
	if c.faults[i].Times--; f.Times == 1 {
		c.faults = slices.Delete(c.faults, i, i+1)
	}
	return &f
}

// Serve carries a call out, or spoils it. refuse answers as a fault's kind makes
// the messenger itself answer; false when it is not one of its own.
func (c *Chats) Serve(w http.ResponseWriter, r *http.Request, method string, refuse func(FaultKind) bool, carryOut func(http.ResponseWriter)) {
	fault := c.takeFault(method)
	switch {
	case fault == nil:
		carryOut(w)
	case fault.Kind == Outage:
		page(w, http.StatusServiceUnavailable)
	case fault.Kind == Tear:
		panic(http.ErrAbortHandler) // cuts the connection
	case refuse(fault.Kind):
	default:
		carryOut(nowhere{})
		fault.spoilAnswer(w, r)
	}
}

func (f *Fault) spoilAnswer(w http.ResponseWriter, r *http.Request) {
	switch f.Kind {
	case BadGateway:
		page(w, http.StatusBadGateway)
		return
	case Page:
		page(w, http.StatusOK)
		return
	case Stall:
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"ok":tr`))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
	panic(http.ErrAbortHandler) // cuts the connection
}

// page answers as a proxy in front of the messenger does.
func page(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<html><head><title>%d %s</title></head><body>nginx</body></html>", status, http.StatusText(status))
}

// nowhere is where an answer goes that nobody is to get.
type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (nowhere) WriteHeader(int)             {}
