package viber

import (
	"net/http"

	"besedka/bots"
)

// maxEvent bounds the body of a webhook call.
const maxEvent = 1 << 20

// signatureHeader is .../rest-bot-api, callbacks: HMAC of the body under the token.
const signatureHeader = "X-Viber-Content-Signature"

// Webhook takes events that Viber posts: 200 once one is committed, 401 for a wrong
// signature, 413 for more than 1 MiB, 500 when it could not be taken; then Viber posts
// it again, for about an hour. Who opened the chat is welcomed in the answer.
func (a *Adapter) Webhook(sink bots.Sink) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := bots.HookBody(w, r, maxEvent)
		if !ok {
			return
		}
		if !bots.Genuine(a.cfg.Token, r.Header.Get(signatureHeader), body) {
			http.Error(w, "wrong signature", http.StatusUnauthorized)
			return
		}
		e, batch := a.read(body)
		if e.Event == "conversation_started" {
			a.greet(w, e)
			return
		}
		if err := sink(r.Context(), batch); err != nil {
			bots.NotTaken(w, r, a.cfg.Log, a.Account(), err)
		}
	})
}

func (a *Adapter) greet(w http.ResponseWriter, e event) {
	body, err := encode(a.welcome(e.User.Lang, e.Context))
	if err != nil {
		http.Error(w, "no welcome", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(body)
}
