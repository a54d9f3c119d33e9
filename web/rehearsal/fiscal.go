package rehearsal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// addReceipt puts a document into the emulated tax service.
func (s *server) addReceipt(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Receipt json.RawMessage `json:"receipt"` // FNS JSON
		Arrives string          `json:"arrives,omitempty"`
		Verdict string          `json:"verdict,omitempty"`
	}
	if err := decode(w, r, &in); err != nil {
		return err
	}
	return s.emulator(w, r, "receipts", in)
}

func (s *server) setFault(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Kind string `json:"kind"`
		For  string `json:"for,omitempty"`
	}
	if err := decode(w, r, &in); err != nil {
		return err
	}
	return s.emulator(w, r, "faults", in)
}

func (s *server) clearFaults(w http.ResponseWriter, r *http.Request) error {
	return s.emulator(w, r, "faults", nil)
}

func (s *server) listCalls(w http.ResponseWriter, r *http.Request) error {
	return s.emulator(w, r, "calls", nil)
}

// emulator hands a request over to the emulator's own control and its answer
// back.
func (s *server) emulator(w http.ResponseWriter, r *http.Request, path string, in any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(r.Context(), r.Method, s.Fiscal+"/__emu/"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask the emulator: %w", err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return fmt.Errorf("ask the emulator: %w", err)
	case resp.StatusCode != http.StatusOK:
		var why struct{ Error string }
		_ = json.Unmarshal(answer, &why) // without words the status has to do
		return &refusal{resp.StatusCode, "bad_request", why.Error}
	case r.Method == http.MethodGet:
		return reply(w, json.RawMessage(answer))
	}
	if err := s.play.settle(r.Context()); err != nil {
		return err
	}
	return reply(w, json.RawMessage(answer))
}
