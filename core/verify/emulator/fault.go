package emulator

import (
	"fmt"
	"slices"
	"time"
)

// Provider is one of the two services that the emulator plays.
type Provider string

// The providers. They know the same receipts and fail each on its own.
const (
	FNS           Provider = "fns"           // the tax service's open API
	Proverkacheka Provider = "proverkacheka" // proverkacheka.com
)

// Fault is a way in which a service fails while switched on.
type Fault string

// The faults.
const (
	Down     Fault = "down"      // connections are cut
	Slow     Fault = "slow"      // requests take long to process
	Hang     Fault = "hang"      // no reply, then the connection is cut
	Rate     Fault = "rate"      // too many requests just now
	Daily    Fault = "daily"     // the day's quota is spent
	Auth     Fault = "auth"      // tokens are refused
	NotFound Fault = "not_found" // no receipt is found
	Garbage  Fault = "garbage"   // replies that are not the agreed wire
	Wait     Fault = "wait"      // asked for again too soon
	Other    Fault = "other"     // no data, for reasons untold
)

var faults = map[Provider][]Fault{
	FNS:           {Down, Slow, Hang, Rate, Daily, Auth, NotFound, Garbage},
	Proverkacheka: {Down, Hang, Rate, Daily, Auth, NotFound, Garbage, Wait, Other},
}

// Trouble is a fault of a provider, switched on.
type Trouble struct {
	Provider Provider  `json:"provider"`
	Kind     Fault     `json:"kind"`
	Until    time.Time `json:"until"` // zero: until cleared
}

// SetFault switches a fault of the tax service on for d, or until it is cleared
// when d is 0.
func (e *Emulator) SetFault(kind Fault, d time.Duration) error { return e.Trouble(FNS, kind, d) }

// Trouble switches a fault of p on for d, or until it is cleared when d is 0.
func (e *Emulator) Trouble(p Provider, kind Fault, d time.Duration) error {
	if !slices.Contains(faults[p], kind) {
		return fmt.Errorf("fault %q of %q is not one of %v", kind, p, faults)
	}
	if d < 0 {
		return fmt.Errorf("fault for %v: want a time ahead", d)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	t := Trouble{Provider: p, Kind: kind}
	if d > 0 {
		t.Until = e.cfg.Now().Add(d)
	}
	e.state.Troubles = slices.DeleteFunc(e.state.Troubles, func(old Trouble) bool { return old.Provider == p && old.Kind == kind })
	e.state.Troubles = append(e.state.Troubles, t)
	return e.save()
}

// ClearFaults makes both services whole again.
func (e *Emulator) ClearFaults() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.state.Troubles = nil
	return e.save()
}

// Faults are those of the tax service that are switched on now.
func (e *Emulator) Faults() []Fault { return e.FaultsOf(FNS) }

// FaultsOf are those of p that are switched on now.
func (e *Emulator) FaultsOf(p Provider) []Fault {
	e.mu.Lock()
	defer e.mu.Unlock()
	active := []Fault{}
	for _, kind := range faults[p] {
		if e.active(p, kind) {
			active = append(active, kind)
		}
	}
	return active
}

// active reports whether a fault is on. The caller holds the lock.
func (e *Emulator) active(p Provider, kind Fault) bool {
	return slices.ContainsFunc(e.state.Troubles, func(t Trouble) bool {
		return t.Provider == p && t.Kind == kind && (t.Until.IsZero() || e.cfg.Now().Before(t.Until))
	})
}

// garbage are the ways to spoil a reply of the tax service; they take turns.
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

// spoil makes garbage of a reply, a different kind each time. The caller holds
// the lock.
func (e *Emulator) spoil(ways []func(reply) reply, r reply) reply {
	e.spoilt++
	return ways[e.spoilt%len(ways)](r)
}
