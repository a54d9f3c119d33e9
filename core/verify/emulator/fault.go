package emulator

import (
	"fmt"
	"slices"
	"time"
)

// Fault is a way in which the service fails while switched on.
type Fault string

// The faults.
const (
	Down     Fault = "down"      // connections are cut
	Slow     Fault = "slow"      // requests take long to process
	Hang     Fault = "hang"      // no reply, then the connection is cut
	Rate     Fault = "rate"      // the method's limit is exceeded
	Daily    Fault = "daily"     // the day's quota is spent
	Auth     Fault = "auth"      // tokens are refused
	NotFound Fault = "not_found" // no receipt is found
	Garbage  Fault = "garbage"   // replies that are not the agreed wire
)

var faults = []Fault{Down, Slow, Hang, Rate, Daily, Auth, NotFound, Garbage}

// SetFault switches a fault on for d, or until it is cleared when d is 0.
func (e *Emulator) SetFault(kind Fault, d time.Duration) error {
	if !slices.Contains(faults, kind) {
		return fmt.Errorf("fault %q is not one of %v", kind, faults)
	}
	if d < 0 {
		return fmt.Errorf("fault for %v: want a time ahead", d)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	until := time.Time{}
	if d > 0 {
		until = e.cfg.Now().Add(d)
	}
	e.state.Faults[kind] = until
	return e.save()
}

// ClearFaults makes the service whole again.
func (e *Emulator) ClearFaults() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	clear(e.state.Faults)
	return e.save()
}

// Faults are those switched on now.
func (e *Emulator) Faults() []Fault {
	e.mu.Lock()
	defer e.mu.Unlock()
	active := []Fault{}
	for _, kind := range faults {
		if e.active(kind) {
			active = append(active, kind)
		}
	}
	return active
}

// active reports whether a fault is on. The caller holds the lock.
func (e *Emulator) active(kind Fault) bool {
	until, on := e.state.Faults[kind]
	return on && (until.IsZero() || e.cfg.Now().Before(until))
}

// garbage are the ways to spoil a reply; they take turns.
var garbage = []func(reply) reply{
	func(r reply) reply { return reply{200, r.body[:len(r.body)/2]} },
	func(reply) reply { return reply{502, "<html><body>Bad Gateway</body></html>"} },
	func(r reply) reply { return reply{200, "<!DOCTYPE x [<!ENTITY a \"b\">]>" + r.body} },
	func(reply) reply { return reply{200, envelope("<GetMessageResponse xmlns=\"urn:other\"/>")} },
	func(reply) reply { return reply{200, completed("")} },
	func(reply) reply { return reply{200, completed(ticketResult("200", "not JSON"))} },
	func(reply) reply { return reply{200, "\xff\xfe<"} },
	func(reply) reply { return reply{200, ""} },
}

// spoil makes garbage of a reply. The caller holds the lock.
func (e *Emulator) spoil(r reply) reply {
	e.spoilt++
	return garbage[e.spoilt%len(garbage)](r)
}
