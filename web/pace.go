package web

import (
	"fmt"
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
	photosPerSession  = 10 // at once; they are kept, each of them up to MaxPhotoBytes
	photosPerSecond   = 1
	maxPaced          = 10_000 // sessions remembered before those at rest are forgotten
)

// paces knows how fast sessions send.
type paces struct {
	atOnce    int
	perSecond rate.Limit

	mu sync.Mutex
	of map[string]*rate.Limiter
}

func newPaces(atOnce int, perSecond rate.Limit) *paces {
	return &paces{atOnce: atOnce, perSecond: perSecond, of: map[string]*rate.Limiter{}}
}

// allow says whether the session may send one more message at now.
func (p *paces) allow(peer string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	pace := p.of[peer]
	if pace == nil {
		if len(p.of) >= maxPaced {
			maps.DeleteFunc(p.of, func(_ string, l *rate.Limiter) bool { return l.TokensAt(now) >= float64(p.atOnce) })
		}
		pace = rate.NewLimiter(p.perSecond, p.atOnce)
		p.of[peer] = pace
	}
	return pace.AllowN(now, 1)
}

// paced refuses what a session sends too fast; the page tries again later.
func (p *paces) paced(accept func(w http.ResponseWriter, r *http.Request, peer string)) func(http.ResponseWriter, *http.Request, string) {
	return func(w http.ResponseWriter, r *http.Request, peer string) {
		if !p.allow(peer, time.Now()) {
			problem.Write(w, http.StatusTooManyRequests, "too_fast", fmt.Sprintf("one session may send %v a second", p.perSecond))
			return
		}
		accept(w, r, peer)
	}
}
