package cloudapi

import (
	"fmt"
	"net/http"
	"slices"
)

// Fault spoils calls of the bot, or posts to it.
type Fault struct {
	Kind   FaultKind
	Op     string // messages, media, download or templates; "" = any of them
	To     string // the person's phone; "" = any
	Code   int    // of Refuse and Late
	Times  int    // how many; 0 = until Heal
	Silent bool   // what becomes of the message is never told
}

// FaultKind is a way to misbehave.
type FaultKind string

// Refuse and Outage refuse a call. BadGateway, Masked, Drop and Stall carry it
// out and then never say so: a proxy words a page of its own, with 502 or even
// with 200, Drop cuts the connection, Stall stops in the middle of the answer
// until the caller gives up. Tear cuts the connection before a call is carried out.
// Late accepts a message and tells afterwards that it failed. Forge posts news under
// a wrong signature.
const (
	Refuse     FaultKind = "refuse"
	Outage     FaultKind = "outage" // 503 with a page of HTML
	BadGateway FaultKind = "bad_gateway"
	Masked     FaultKind = "masked"
	Drop       FaultKind = "drop"
	Stall      FaultKind = "stall"
	Tear       FaultKind = "tear"
	Late       FaultKind = "late"
	Forge      FaultKind = "forge"
)

// Spoil adds a fault. Of several that match a call the oldest counts.
func (s *Server) Spoil(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// Heal takes back every fault.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// takeFault is the oldest that matches; with kinds only one of those, and never
// Forge else.
func (s *Server) takeFault(op, to string, kinds ...FaultKind) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.faults, func(f Fault) bool {
		fits := slices.Contains(kinds, f.Kind) || len(kinds) == 0 && f.Kind != Forge
		return fits && (f.Op == "" || f.Op == op) && (f.To == "" || f.To == to)
	})
	if i < 0 {
		return nil
	}
	f := s.faults[i]
	if s.faults[i].Times--; f.Times == 1 {
		s.faults = slices.Delete(s.faults, i, i+1)
	}
	return &f
}

// statuses of the codes that Meta does not answer with 400.
var statuses = map[int]int{
	2:      http.StatusServiceUnavailable,
	190:    http.StatusUnauthorized,
	131000: http.StatusInternalServerError,
	131016: http.StatusServiceUnavailable,
}

// before spoils a call that is not to be carried out.
func (f *Fault) before(w http.ResponseWriter) bool {
	switch f.Kind {
	case Refuse:
		e := badRequest(f.Code, fmt.Sprintf("(#%d) refused on demand", f.Code))
		if status, ok := statuses[f.Code]; ok {
			e.Status = status
		}
		refuse(w, e)
	case Outage:
		page(w, http.StatusServiceUnavailable)
	case Tear:
		panic(http.ErrAbortHandler)
	default:
		return false
	}
	return true
}

// after spoils the answer to a call that was carried out.
func (f *Fault) after(w http.ResponseWriter, r *http.Request) {
	switch f.Kind {
	case BadGateway:
		page(w, http.StatusBadGateway)
		return
	case Masked:
		page(w, http.StatusOK)
		return
	case Stall:
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"messages":[{"i`))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
	panic(http.ErrAbortHandler) // cuts the connection
}

// page answers as a proxy in front of the Graph API does.
func page(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<html><head><title>%d %s</title></head><body>proxy</body></html>", status, http.StatusText(status))
}
