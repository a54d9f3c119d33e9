package telegram

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Fault spoils calls of the bot.
type Fault struct {
	Kind       FaultKind `json:"kind"`
	Method     string    `json:"method,omitempty"`      // "" = any; download is no method, but counts as one
	Chat       int64     `json:"chat,omitempty"`        // 0 = any
	Times      int       `json:"times,omitempty"`       // how many calls; 0 = until Heal
	RetryAfter int       `json:"retry_after,omitempty"` // seconds, of Throttle
}

// FaultKind is a way to misbehave.
type FaultKind string

// Throttle, Outage, Misplace, Freeze and Migrate refuse a call. BadGateway, Page, Drop
// and Stall carry it out and then never say so: a proxy that lost the answer words a
// page of its own, Drop cuts the connection, Stall stops in the middle of the answer
// until the caller gives up. Tear cuts the connection before the call has been read.
const (
	Throttle   FaultKind = "throttle"    // 429 with retry_after
	Outage     FaultKind = "outage"      // 503 with a page of HTML
	Misplace   FaultKind = "misplace"    // 400 of a file that is not at hand
	Freeze     FaultKind = "freeze"      // 400 of a message that is too old to change
	Migrate    FaultKind = "migrate"     // 400 of a group that has become a supergroup
	BadGateway FaultKind = "bad_gateway" // 502 with a page of HTML
	Page       FaultKind = "page"        // 200 with a page of HTML
	Drop       FaultKind = "drop"
	Stall      FaultKind = "stall"
	Tear       FaultKind = "tear"
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

// torn says whether the connection of a call of method is to break before anybody
// has read to whom it was.
func (s *Server) torn(method string) bool {
	f := s.takeIf(func(f Fault) bool {
		return f.Kind == Tear && (f.Method == "" || strings.EqualFold(f.Method, method))
	})
	return f != nil
}

func (s *Server) takeFault(method string, chat int64) *Fault {
	return s.takeIf(func(f Fault) bool {
		return f.Kind != Tear && (f.Method == "" || strings.EqualFold(f.Method, method)) && (f.Chat == 0 || f.Chat == chat)
	})
}

func (s *Server) takeIf(matches func(Fault) bool) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.faults, matches)
	if i < 0 {
		return nil
	}
	f := s.faults[i]
	if s.faults[i].Times--; f.Times == 1 {
		s.faults = slices.Delete(s.faults, i, i+1)
	}
	return &f
}

// before spoils a call that is not to be carried out.
func (f *Fault) before(w http.ResponseWriter) bool {
	switch f.Kind {
	case Throttle:
		answer(w, nil, &apiError{
			Code: http.StatusTooManyRequests, Description: "Too Many Requests: retry later",
			Parameters: &parameters{RetryAfter: f.RetryAfter},
		})
	case Outage:
		page(w, http.StatusServiceUnavailable)
	case Misplace:
		answer(w, nil, badRequest("wrong file_id or the file is temporarily unavailable"))
	case Migrate:
		answer(w, nil, &apiError{
			Code: http.StatusBadRequest, Description: "Bad Request: group chat was upgraded to a supergroup chat",
			Parameters: &parameters{MigrateTo: -1001234567890},
		})
	case Freeze:
		answer(w, nil, badRequest("message can't be edited"))
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
	case Page:
		page(w, http.StatusOK)
		return
	case Stall:
		_, _ = w.Write([]byte(`{"ok":tr`))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
	panic(http.ErrAbortHandler) // cuts the connection
}

// Stalled says whether the bot waits for an answer that stopped in its middle.
func (s *Server) Stalled() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stalled
}

// stall notes that an answer is about to stop.
func (s *Server) stall(f *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stalled = s.stalled || f.Kind == Stall
	s.change()
}

// page answers as a proxy in front of the Bot API does.
func page(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<html><head><title>%d %s</title></head><body>nginx</body></html>", status, http.StatusText(status))
}
