package web

import (
	"maps"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"besedka/web/problem"
)

// What one session may send. Turns are taken from a window of the 512 oldest
// messages of everybody: a session must not fill it.
const (
	messagesAtOnce    = 400
	messagesPerSecond = 20
	maxPaced          = 10_000 // sessions remembered before those at rest are forgotten
)

// paces knows how fast sessions send.
type paces struct {
	mu sync.Mutex
	of map[string]*rate.Limiter
}

func newPaces() *paces { return &paces{of: map[string]*rate.Limiter{}} }

// allow says whether the session may send one more message at now.
func (p *paces) allow(peer string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	pace := p.of[peer]
	if pace == nil {
		if len(p.of) >= maxPaced {
			maps.DeleteFunc(p.of, func(_ string, l *rate.Limiter) bool { return l.TokensAt(now) >= messagesAtOnce })
		}
		pace = rate.NewLimiter(messagesPerSecond, messagesAtOnce)
		p.of[peer] = pace
	}
	return pace.AllowN(now, 1)
}

// paced refuses what a session sends too fast; the page tries again later.
func (s *server) paced(accept func(w http.ResponseWriter, r *http.Request, peer string)) func(http.ResponseWriter, *http.Request, string) {
	return func(w http.ResponseWriter, r *http.Request, peer string) {
		if !s.paces.allow(peer, time.Now()) {
			problem.Write(w, http.StatusTooManyRequests, "too_fast", "one session may send 20 messages a second")
			return
		}
		accept(w, r, peer)
	}
}
