package problem

import (
	"encoding/json"
	"net/http"
)

// Details is the body of such an answer.
type Details struct {
	Type   string `json:"type"` // urn:besedka:problem:<code>; code is stable, for programs
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

// New describes a problem; the status gives its title.
func New(status int, code, detail string) Details {
	return Details{Type: "urn:besedka:problem:" + code, Title: http.StatusText(status), Status: status, Detail: detail}
}

// Write answers with a problem. Detail is read by the caller's engineer, so
// it names what to change and never what is stored.
func Write(w http.ResponseWriter, status int, code, detail string) {
	Send(w, status, New(status, code, detail))
}

// Send writes Details, or what has them and members of its own beside them, as RFC
// 9457 3.2 has it.
func Send(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the reader is gone: nobody to tell
}
