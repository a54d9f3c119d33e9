package max

import (
	"encoding/json"
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
		if !bots.SameSecret(r.Header.Get(secretHeader), a.cfg.WebhookSecret) {
			http.Error(w, "wrong secret", http.StatusUnauthorized)
			return
		}
		body, ok := bots.HookBody(w, r, maxUpdate)
		if !ok {
			return
		}
		n := a.read([]json.RawMessage{body})
		if err := sink(r.Context(), n.Batch); err != nil {
			bots.NotTaken(w, r, a.cfg.Log, a.Account(), err)
			return
		}
		a.stopSpinners(r.Context(), n.taps)
	})
}
