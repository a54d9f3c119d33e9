package emulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// control adds the routes under /__emu/, which steer the emulator.
func (e *Emulator) control() {
	e.mux.HandleFunc("POST "+controlPrefix+"receipts", e.postReceipt)
	e.mux.HandleFunc("POST "+controlPrefix+"faults", e.postFault)
	e.mux.HandleFunc("DELETE "+controlPrefix+"faults", e.deleteFaults)
	e.mux.HandleFunc("GET "+controlPrefix+"calls", e.getCalls)
	e.mux.HandleFunc("GET "+controlPrefix+"state", e.getState)
}

func (e *Emulator) postReceipt(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Receipt json.RawMessage `json:"receipt"`
		Arrives string          `json:"arrives"`
		Verdict Verdict         `json:"verdict"`
	}
	if !decode(w, r, &in) {
		return
	}
	arrives, err := span(in.Arrives)
	if err != nil {
		refuse(w, err)
		return
	}
	qr, err := e.AddReceipt(in.Receipt, arrives, in.Verdict)
	if err != nil {
		refuse(w, err)
		return
	}
	encode(w, map[string]string{"qr": qr})
}

func (e *Emulator) postFault(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Provider Provider `json:"provider"`
		Kind     Fault    `json:"kind"`
		For      string   `json:"for"`
	}
	if !decode(w, r, &in) {
		return
	}
	d, err := span(in.For)
	if err == nil {
		err = e.Trouble(cmp.Or(in.Provider, FNS), in.Kind, d)
	}
	if err != nil {
		refuse(w, err)
		return
	}
	e.getState(w, r)
}

func (e *Emulator) deleteFaults(w http.ResponseWriter, r *http.Request) {
	if err := e.ClearFaults(); err != nil {
		refuse(w, err)
		return
	}
	e.getState(w, r)
}

func (e *Emulator) getCalls(w http.ResponseWriter, _ *http.Request) {
	encode(w, map[string]any{"calls": e.Calls()})
}

// Calls are the newest calls, oldest first.
func (e *Emulator) Calls() []Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Call{}, e.calls...)
}

func (e *Emulator) getState(w http.ResponseWriter, _ *http.Request) {
	active, theirs := e.Faults(), e.FaultsOf(Proverkacheka)
	e.mu.Lock()
	defer e.mu.Unlock()
	encode(w, map[string]any{
		"now": e.cfg.Now(), "faults": active, "proverkacheka": theirs,
		"receipts": len(e.state.Receipts), "strict": e.cfg.Strict, "sendsToday": e.sends.spent[""],
	})
}

// span reads a Go duration; none is 0.
func span(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is not a duration like 90s", s)
	}
	return d, nil
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
