package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"besedka/core/chat"
)

// TestInsideKeepsApartWhatWaits: what one person could not send is not sent by the next
// one who opens the chat in that browser.
func TestInsideKeepsApartWhatWaits(t *testing.T) {
	t.Parallel()
	h, _, _ := pages(t, func(d *Deps) {
		d.Enter = func(context.Context, chat.Channel, string) (string, error) { return "", ErrStranger }
		d.Admitted = func(string) (string, bool) { return "", false }
	})
	queues := map[string]bool{}
	for _, peer := range []string{strings.Repeat("a", 32), strings.Repeat("b", 32)} {
		r := httptest.NewRequest(http.MethodGet, "/app/chat", nil)
		r.Header.Set("Cookie", PeerCookie+"="+peer)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		_, rest, _ := strings.Cut(w.Body.String(), `data-queue="`)
		queue, _, _ := strings.Cut(rest, `"`)
		if queue == "" || strings.Contains(peer, queue) {
			t.Errorf("the queue of %s is %q", peer, queue)
		}
		queues[queue] = true
	}
	if len(queues) != 2 {
		t.Errorf("queues %v, want one of each", queues)
	}
}
