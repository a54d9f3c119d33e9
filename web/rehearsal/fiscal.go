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

// fault is what becomes of a provider, fns or proverkacheka.
type fault struct {
	Provider string `json:"provider"`
	Kind     string `json:"kind"`
	For      string `json:"for,omitempty"`
}

// setFault spoils a provider. When none is named the tax service is meant, and
// nobody stands in for it meanwhile.
func (s *server) setFault(w http.ResponseWriter, r *http.Request) error {
	var in fault
	if err := decode(w, r, &in); err != nil {
		return err
	}
	if in.Provider == "" {
		in.Provider = "fns"
		if _, err := s.ask(r, "faults", in); err != nil {
			return err
		}
		in.Provider, in.Kind = "proverkacheka", "down"
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
// back, once all that follows has happened.
func (s *server) emulator(w http.ResponseWriter, r *http.Request, path string, in any) error {
	answer, err := s.ask(r, path, in)
	if err != nil {
		return err
	}
	if r.Method != http.MethodGet {
		if err := s.play.settle(r.Context()); err != nil {
			return err
		}
	}
	return reply(w, answer)
}

// ask asks the emulator's control with the method of r.
func (s *server) ask(r *http.Request, path string, in any) (json.RawMessage, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(r.Context(), r.Method, s.Fiscal+"/__emu/"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the emulator: %w", err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("ask the emulator: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		var why struct{ Error string }
		_ = json.Unmarshal(answer, &why) // without words the status has to do
		return nil, &refusal{resp.StatusCode, "bad_request", why.Error}
	}
	return answer, nil
}
