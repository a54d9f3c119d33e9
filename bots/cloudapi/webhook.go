package cloudapi

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"besedka/bots"
)

// maxBody bounds the body of a webhook call: Meta's are up to 3 MB.
const maxBody = 3 << 20

// signatureHeader is developers.facebook.com/docs/graph-api/webhooks/getting-started.
const signatureHeader = "X-Hub-Signature-256"

// Webhook answers Meta's question whether it is ours, by GET, and takes what
// Meta posts: 200 once it is committed, 401 for a wrong signature, 413 for more
// than 3 MiB, 500 when it could not be taken; then Meta posts it again.
func (a *Adapter) Webhook(sink bots.Sink) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			a.subscribe(w, r)
			return
		}
		body, ok := bots.HookBody(w, r, maxBody)
		if !ok {
			return
		}
		if !bots.Genuine(a.cfg.AppSecret, strings.TrimPrefix(r.Header.Get(signatureHeader), "sha256="), body) {
			http.Error(w, "wrong signature", http.StatusUnauthorized)
			return
		}
		n := a.read(body)
		if err := hand(r.Context(), sink, n.batches()); err != nil {
			bots.NotTaken(w, r, a.cfg.Log, a.account, err)
			return
		}
		w.Header().Set("Content-Length", "0") // or the answer ends with the handler
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush() // Meta need not wait for what follows
		a.markRead(context.WithoutCancel(r.Context()), n.read)
	})
}

// hand stops at a batch that is not taken: all are posted again, and those taken
// are known by their keys.
func hand(ctx context.Context, sink bots.Sink, batches []bots.Batch) error {
	for _, b := range batches {
		if err := sink(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

func (a *Adapter) subscribe(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("hub.mode") != "subscribe" || subtle.ConstantTimeCompare([]byte(q.Get("hub.verify_token")), []byte(a.cfg.VerifyToken)) != 1 {
		http.Error(w, "wrong verify token", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = io.WriteString(w, q.Get("hub.challenge"))
}

const readTimeout = 5 * time.Second

// markRead tells people that we have read them and are about to answer, by one
// call each. One that fails is no harm.
func (a *Adapter) markRead(ctx context.Context, wamids []string) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	for _, id := range wamids {
		body, err := json.Marshal(map[string]any{
			"messaging_product": "whatsapp", "status": "read", "message_id": id, "typing_indicator": map[string]string{"type": "text"},
		})
		if err == nil {
			err = a.call(ctx, http.MethodPost, a.cfg.PhoneID+"/messages", "application/json", bytes.NewReader(body), &struct{}{})
		}
		if err != nil {
			a.cfg.Log.DebugContext(ctx, "whatsapp message not marked as read", "account", a.account, "err", err)
		}
	}
}
