package emulator

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// control adds the routes under /__emu/, which steer the emulator.
func (e *Emulator) control() {
	e.mux.HandleFunc("POST "+controlPrefix+"receipts", e.postReceipt)
	e.mux.HandleFunc("POST "+controlPrefix+"faults", e.postFault)
	e.mux.HandleFunc("DELETE "+controlPrefix+"faults", e.deleteFaults)
	e.mux.HandleFunc("POST "+controlPrefix+"clock", e.postClock)
	e.mux.HandleFunc("GET "+controlPrefix+"calls", e.getCalls)
	e.mux.HandleFunc("GET "+controlPrefix+"stats", e.getStats)
}

// postReceipt adds a receipt. Its times are counted from the one on it.
func (e *Emulator) postReceipt(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Receipt  json.RawMessage `json:"receipt"`
		Arrives  span            `json:"arrives"`
		Signed   span            `json:"signed"`
		Annulled span            `json:"annulled"`
		Takes    span            `json:"takes"`
		Verdict  Verdict         `json:"verdict"`
	}
	if !decode(w, r, &in) {
		return
	}
	qr, err := e.put(in.Receipt, func(printed time.Time) Document {
		return Document{
			Arrives: in.Arrives.after(printed), Signed: in.Signed.after(printed), Annulled: in.Annulled.after(printed),
			Takes: time.Duration(in.Takes), Verdict: in.Verdict,
		}
	})
	if err != nil {
		refuse(w, err)
		return
	}
	encode(w, map[string]string{"qr": qr})
}

// postFault switches a fault on or begins a script.
func (e *Emulator) postFault(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Provider Provider `json:"provider"` // "": the tax service
		Kind     Fault    `json:"kind"`
		Call     string   `json:"call"`
		After    span     `json:"after"`
		For      span     `json:"for"`
		Permille int      `json:"permille"`
		Status   int      `json:"status"`
		Script   []Fault  `json:"script"`
	}
	if !decode(w, r, &in) {
		return
	}
	from := e.now().Add(time.Duration(in.After))
	t := Trouble{
		Provider: cmp.Or(in.Provider, FNS), Kind: in.Kind, Call: in.Call, From: from, Until: in.For.after(from),
		Permille: in.Permille, Status: in.Status, Script: in.Script,
	}
	if err := e.Plan(t); err != nil {
		refuse(w, err)
		return
	}
	e.getStats(w, r)
}

func (e *Emulator) deleteFaults(w http.ResponseWriter, r *http.Request) {
	if err := e.ClearFaults(); err != nil {
		refuse(w, err)
		return
	}
	e.getStats(w, r)
}

// postClock moves the emulator's clock against the one it was given: ahead,
// back, or to an instant. What it knows of time stays as it was.
func (e *Emulator) postClock(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Set     time.Time `json:"set"`
		Advance string    `json:"advance"` // "-65s" too
	}
	if !decode(w, r, &in) {
		return
	}
	d, err := time.ParseDuration(cmp.Or(in.Advance, "0s"))
	if err == nil && in.Set.IsZero() == (in.Advance == "") {
		err = errors.New(`want either "set" or "advance"`)
	}
	if err != nil {
		refuse(w, err)
		return
	}
	if !in.Set.IsZero() {
		d = in.Set.Sub(e.now())
	}
	e.ahead.Add(int64(d))
	encode(w, map[string]any{"now": e.now()})
}

func (e *Emulator) getCalls(w http.ResponseWriter, _ *http.Request) {
	encode(w, map[string]any{"calls": e.Calls()})
}

func (e *Emulator) getStats(w http.ResponseWriter, _ *http.Request) { encode(w, e.Stats()) }

// span is a Go duration in JSON, not below zero.
type span time.Duration

// UnmarshalText reads a span; an empty one is 0.
func (s *span) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	d, err := time.ParseDuration(string(text))
	if err != nil || d < 0 {
		return fmt.Errorf("%q is not a duration like 90s", text)
	}
	*s = span(d)
	return nil
}

// after is so long after t; no time when the span is 0.
func (s span) after(t time.Time) time.Time {
	if s == 0 {
		return time.Time{}
	}
	return t.Add(time.Duration(s))
}

func decode(w http.ResponseWriter, r *http.Request, into any) bool {
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(into)
	if err != nil {
		refuse(w, err)
	}
	return err == nil
}

func encode(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false) // QR texts are full of ampersands
	e.Encode(v)            //nolint:errcheck // the caller has gone
}

func refuse(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	json.NewEncoder(w).Encode(map[string]string{"error": err.Error()}) //nolint:errcheck // the caller has gone
}
