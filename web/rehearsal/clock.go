package rehearsal

import (
	"sync"
	"time"
)

// Clock is the virtual clock. It stands still unless told otherwise.
type Clock struct {
	mu   sync.Mutex
	now  time.Time
	step time.Time // when the step that is being made began
}

// NewClock shows at.
func NewClock(at time.Time) *Clock { return &Clock{now: at, step: at} }

// Now is the virtual time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *Clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = at
}

// begin is the time of the step that begins now.
func (c *Clock) begin() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.step = c.now
	return c.now
}

// Hang lets a call of the present step last d of virtual time and no real one.
// Calls that a step makes side by side last side by side.
func (c *Clock) Hang(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if until := c.step.Add(d); until.After(c.now) {
		c.now = until
	}
}
