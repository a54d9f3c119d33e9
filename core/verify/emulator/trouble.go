package emulator

import (
	"fmt"
	"slices"
	"time"
)

// Trouble is a fault of a provider: at certain times, at a certain rate, or by a
// script that says what becomes of each call.
type Trouble struct {
	Provider Provider  `json:"provider"`
	Kind     Fault     `json:"kind,omitempty"`
	Call     string    `json:"call,omitempty"` // "": every call that the fault can strike
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"`            // zero: until cleared
	Permille int       `json:"permille"`         // of the calls; 0 means all
	Status   int       `json:"status,omitempty"` // that carries a SOAP fault; 0 is 500
	Script   []Fault   `json:"script,omitempty"` // in place of Kind: one a call, "ok" among them; then it is over
}

// check says what is wrong with a trouble.
func (t Trouble) check() error {
	all := KnownFaults(t.Provider)
	if t.Call != "" && !slices.Contains(calls[t.Provider], t.Call) {
		return fmt.Errorf("call %q of %q is not one of %v", t.Call, t.Provider, calls[t.Provider])
	}
	switch {
	case t.Permille < 0 || t.Permille > 1000:
		return fmt.Errorf("a rate of %d in a thousand", t.Permille)
	case t.Status != 0 && (t.Status < 200 || t.Status > 599):
		return fmt.Errorf("%d is not the status of a reply", t.Status)
	case len(t.Script) > 0 && t.Call == "":
		return fmt.Errorf("a script is for one call: one of %v", calls[t.Provider])
	case len(t.Script) == 0 && !slices.Contains(all, t.Kind):
		return fmt.Errorf("fault %q of %q is not one of %v", t.Kind, t.Provider, all)
	}
	for _, kind := range t.kinds() {
		if kind != well && t.Call != "" && !slices.Contains(strikes[kind], t.Call) {
			return fmt.Errorf("fault %q does not strike on %q but on %v", kind, t.Call, strikes[kind])
		}
	}
	return nil
}

func (t Trouble) kinds() []Fault {
	if len(t.Script) > 0 {
		return t.Script
	}
	return []Fault{t.Kind}
}

// on says whether the trouble may strike a call at now.
func (t Trouble) on(call string, now time.Time) bool {
	return (t.Call == "" || t.Call == call) && !now.Before(t.From) && (t.Until.IsZero() || now.Before(t.Until))
}

// Plan adds a trouble. One that has begun takes the place of the same fault of
// the same calls.
func (e *Emulator) Plan(t Trouble) error {
	if err := t.check(); err != nil {
		return err
	}
	now := e.now()
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(t.Script) == 0 && !now.Before(t.From) {
		e.state.Troubles = slices.DeleteFunc(e.state.Troubles, func(old Trouble) bool {
			return old.Provider == t.Provider && old.Kind == t.Kind && old.Call == t.Call && len(old.Script) == 0 && !now.Before(old.From)
		})
	}
	e.state.Troubles = append(e.state.Troubles, t)
	return e.save()
}

// SetFault switches a fault of the tax service on for d, or until it is cleared
// when d is 0.
func (e *Emulator) SetFault(kind Fault, d time.Duration) error { return e.Trouble(FNS, kind, d) }

// Trouble switches a fault of p on for d from now, or until it is cleared when d
// is 0.
func (e *Emulator) Trouble(p Provider, kind Fault, d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("fault for %v: want a time ahead", d)
	}
	t := Trouble{Provider: p, Kind: kind, From: e.now()}
	if d > 0 {
		t.Until = t.From.Add(d)
	}
	return e.Plan(t)
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

// FaultsOf are those of p that are switched on now, scripts apart.
func (e *Emulator) FaultsOf(p Provider) []Fault {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, active := e.now(), []Fault{}
	for _, kind := range KnownFaults(p) {
		if slices.ContainsFunc(e.state.Troubles, func(t Trouble) bool {
			return t.Provider == p && t.Kind == kind && len(t.Script) == 0 && t.on(t.Call, now)
		}) {
			active = append(active, kind)
		}
	}
	return active
}

// stroke is what strikes one call; its zero value is nothing.
type stroke struct {
	kind   Fault
	status int // that carries a SOAP fault; 0 is 500
}

// strike decides what becomes of a call of p: a script's next word, else the
// first of the faults that are on. The caller holds the lock.
func (e *Emulator) strike(p Provider, call string) stroke {
	now := e.now()
	for i := range e.state.Troubles {
		t := &e.state.Troubles[i]
		if t.Provider != p || len(t.Script) == 0 || !t.on(call, now) {
			continue
		}
		next := stroke{t.Script[0], t.Status}
		if t.Script = t.Script[1:]; len(t.Script) == 0 {
			e.state.Troubles = slices.Delete(e.state.Troubles, i, i+1)
		}
		return next
	}
	for _, kind := range e.order[p] {
		for _, t := range e.state.Troubles {
			if t.Provider == p && t.Kind == kind && slices.Contains(strikes[kind], call) && t.on(call, now) &&
				(t.Permille == 0 || e.dice.IntN(1000) < t.Permille) {
				return stroke{kind, t.Status}
			}
		}
	}
	return stroke{}
}
