package vk

import (
	"encoding/json"
	"io"
	"net/http"

	"besedka/bots"
)

// maxEvent bounds the body of a webhook call.
const maxEvent = 1 << 20

// Webhook is for the Callback API, dev.vk.com/ru/api/callback/getting-started: it
// tells the confirmation to who asks, takes events and answers a plain «ok» once one
// is committed, 401 for a wrong secret, 413 for more than 1 MiB, 500 when it could
// not be taken; then VK posts it again. What is not JSON has no secret in it, and a
// stranger's is not kept.
func (a *Adapter) Webhook(sink bots.Sink) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := bots.HookBody(w, r, maxEvent)
		if !ok {
			return
		}
		var head struct {
			Type   string `json:"type"`
			Group  int64  `json:"group_id"`
			Secret string `json:"secret"`
		}
		_ = json.Unmarshal(body, &head) // without a secret it is a stranger's
		switch {
		case head.Type == "confirmation" && head.Group == a.cfg.Group && a.cfg.Confirmation != "":
			_, _ = io.WriteString(w, a.cfg.Confirmation)
		case !bots.SameSecret(head.Secret, a.cfg.WebhookSecret):
			http.Error(w, "wrong secret", http.StatusUnauthorized)
		default:
			a.receive(w, r, sink, body)
		}
	})
}

func (a *Adapter) receive(w http.ResponseWriter, r *http.Request, sink bots.Sink, body []byte) {
	n := a.read([]json.RawMessage{body})
	if err := sink(r.Context(), n.Batch); err != nil {
		bots.NotTaken(w, r, a.cfg.Log, a.Account(), err)
		return
	}
	a.stopSpinners(r.Context(), n.taps)
	_, _ = io.WriteString(w, "ok") // any other answer brings the event again
}
