package max

import (
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"

	"besedka/bots"
)

// maxUpdate bounds the body of a webhook call.
const maxUpdate = 1 << 20

// secretHeader is dev.max.ru/docs-api/methods/POST/subscriptions, secret.
const secretHeader = "X-Max-Bot-Api-Secret"

// Webhook takes updates that MAX posts: 200 once one is committed, 401 for a wrong
// secret, 413 for more than 1 MiB, 500 when it could not be taken; then MAX posts it
// again, for eight hours.
func (a *Adapter) Webhook(sink bots.Sink) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.genuine(r) {
			http.Error(w, "wrong secret", http.StatusUnauthorized)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxUpdate))
		if err != nil {
			http.Error(w, "body is longer than 1 MiB or cut", http.StatusRequestEntityTooLarge)
			return
		}
		n := a.read([]json.RawMessage{body})
		if err := sink(r.Context(), n.Batch); err != nil {
			a.cfg.Log.WarnContext(r.Context(), "max update not taken", "account", a.Account(), "err", err)
			http.Error(w, "not taken", http.StatusInternalServerError)
			return
		}
		a.stopSpinners(r.Context(), n.taps)
	})
}

func (a *Adapter) genuine(r *http.Request) bool {
	got, want := []byte(r.Header.Get(secretHeader)), []byte(a.cfg.WebhookSecret)
	return len(want) > 0 && subtle.ConstantTimeCompare(got, want) == 1
}
