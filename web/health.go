package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// alive says that the process serves requests.
func (s *server) alive(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

type checkResult struct {
	Name   string `json:"name"`
	Status string `json:"status"` // ok, warning, failed
	Note   string `json:"note,omitempty"`
}

// readyPatience is how long all checks together may take: a database that hangs
// is one that does not answer.
const readyPatience = 3 * time.Second

// ready asks every check: 200 when none failed, with the warnings by name,
// else 503.
func (s *server) ready(w http.ResponseWriter, r *http.Request) {
	answer := struct {
		Status string        `json:"status"`
		Checks []checkResult `json:"checks"`
	}{Status: "ok", Checks: []checkResult{}}
	code := http.StatusOK
	ctx, cancel := context.WithTimeout(r.Context(), readyPatience)
	defer cancel()
	for _, check := range s.Checks {
		result := s.ask(ctx, check)
		if result.Status == "failed" {
			code, answer.Status = http.StatusServiceUnavailable, "failed"
		} else if result.Status == "warning" && answer.Status == "ok" {
			answer.Status = "warning"
		}
		answer.Checks = append(answer.Checks, result)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(answer)
}

// ask keeps the error for the log: a stranger may read /readyz.
func (s *server) ask(ctx context.Context, check Check) checkResult {
	warning, err := check.Run(ctx)
	switch {
	case err != nil:
		s.Log.WarnContext(ctx, "readiness check failed", "check", check.Name, "error", err)
		return checkResult{Name: check.Name, Status: "failed"}
	case warning != "":
		return checkResult{Name: check.Name, Status: "warning", Note: warning}
	}
	return checkResult{Name: check.Name, Status: "ok"}
}
