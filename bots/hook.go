package bots

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
	"net/http"
)

// What webhooks of messengers have in common.

// HookBody is what a messenger posts. More than limit bytes, in whole MiB, are answered
// with 413, and then ok is false.
func HookBody(w http.ResponseWriter, r *http.Request, limit int64) (body []byte, ok bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		http.Error(w, fmt.Sprintf("body is longer than %d MiB or cut", limit>>20), http.StatusRequestEntityTooLarge)
	}
	return body, err == nil
}

// SameSecret says whether got is the secret that the messenger was given. Where it was
// given none, nothing is.
func SameSecret(got, want string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}

// NotTaken answers with 500, so that the messenger posts again, and tells the log why.
func NotTaken(w http.ResponseWriter, r *http.Request, log *slog.Logger, account string, err error) {
	log.WarnContext(r.Context(), "what the messenger posted was not taken", "account", account, "err", err)
	http.Error(w, "not taken", http.StatusInternalServerError)
}
