package sse

import "sync"

// Limits of open streams: of one session, the pages that somebody keeps open; of the process,
// because each looks into the database twice a second and a session may cost its
// maker nothing.
const (
	MaxOfSession = 24
	MaxOfAll     = 4000
)

// Crowd counts the open streams of every session. Its zero value is empty.
type Crowd struct {
	mu   sync.Mutex
	here map[string]int
	all  int
}

// Enter takes a place for a stream; ok is false when the session has none left.
func (c *Crowd) Enter(session string) (leave func(), ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.here[session] == MaxOfSession || c.all == MaxOfAll {
		return nil, false
	}
	if c.here == nil {
		c.here = map[string]int{}
	}
	c.here[session]++
	c.all++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.all--
		if c.here[session]--; c.here[session] == 0 {
			delete(c.here, session)
		}
	}, true
}
