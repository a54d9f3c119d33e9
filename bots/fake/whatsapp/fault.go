//go:build !nowhatsmeow

package whatsapp

import (
	"slices"
	"time"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// Fault spoils what passes between the device and people.
type Fault struct {
	Kind  FaultKind
	Chat  string // a person's number, "" = any
	Code  int    // of Refuse: 463, 479, 503 ...
	Times int    // how often; 0 = until Heal
}

// FaultKind is a way to misbehave.
type FaultKind string

// The ways: a Refuse'd message is acknowledged with an error and shown to nobody,
// Drop shows it and cuts the connection in the place of an ack, Stall shows it and
// says nothing, Throttle refuses to say which devices a person has, Cut breaks the
// connection in the middle of a person's message, Tear that of an upload.
const (
	Refuse   FaultKind = "refuse"
	Drop     FaultKind = "drop"
	Stall    FaultKind = "stall"
	Throttle FaultKind = "throttle"
	Cut      FaultKind = "cut"
	Tear     FaultKind = "tear"
)

// Spoil adds a fault. Of several that match the oldest counts.
func (s *Server) Spoil(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// Heal takes back every fault.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.refusal = nil, nil
}

func (s *Server) takeFault(kind FaultKind, chat string) *Fault {
	i := slices.IndexFunc(s.faults, func(f Fault) bool { return f.Kind == kind && (f.Chat == "" || f.Chat == chat) })
	if i < 0 {
		return nil
	}
	f := s.faults[i]
	if s.faults[i].Times--; f.Times == 1 {
		s.faults = slices.Delete(s.faults, i, i+1)
	}
	return &f
}

// Hang cuts the connection without a word.
func (s *Server) Hang() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		s.conn.close()
	}
}

// Restart ends the stream as a server does that goes down.
func (s *Server) Restart() {
	s.end(streamError("503", ""))
	s.Hang()
}

// Replace ends the stream as when the device was connected from elsewhere.
func (s *Server) Replace() { s.end(streamError("", "replaced")) }

// LogOut unlinks the device, as its owner may on the phone.
func (s *Server) LogOut() {
	s.end(streamError("401", "device_removed"))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.device, s.conn = nil, nil
}

// Outdate refuses the client as too old, until Heal.
func (s *Server) Outdate() { s.refuse(failure("405", nil)) }

// Ban refuses the account for a time, until Heal.
func (s *Server) Ban(d time.Duration) {
	s.refuse(failure("402", waBinary.Attrs{"code": 101, "expire": int(d.Seconds())}))
}

func (s *Server) refuse(n waBinary.Node) {
	s.mu.Lock()
	s.refusal = &n
	s.mu.Unlock()
	s.Hang()
}

// end tells the device that its stream is over, which closes it: closed from
// here it might not have been read.
func (s *Server) end(n waBinary.Node) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		s.conn.send(n)
	}
}

func streamError(code, conflict string) waBinary.Node {
	n := waBinary.Node{Tag: "stream:error", Attrs: waBinary.Attrs{}}
	if code != "" {
		n.Attrs["code"] = code
	}
	if conflict != "" {
		n.Content = []waBinary.Node{{Tag: "conflict", Attrs: waBinary.Attrs{"type": conflict}}}
	}
	return n
}

func failure(reason string, more waBinary.Attrs) waBinary.Node {
	attrs := waBinary.Attrs{"reason": reason, "location": "fake", "from": types.ServerJID}
	for k, v := range more {
		attrs[k] = v
	}
	return waBinary.Node{Tag: "failure", Attrs: attrs}
}
