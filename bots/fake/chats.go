package fake

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

// Chats are everybody's chats with one bot, and its mail. Every method may be
// called at any time.
type Chats struct {
	now func() time.Time

	mu      sync.Mutex
	changed chan struct{} // closed at every change, then made anew
	last    int64         // the newest number given to anything
	blocked map[string]bool
	updates []Update // not taken yet
	told    map[int64]json.RawMessage
	sent    []Sent
	files   map[string][]byte
	taps    map[string]bool // and whether they were answered
	faults  []Fault
	hook    context.CancelFunc
}

// Update is one thing to tell the bot, in the order of their numbers.
type Update struct {
	ID   int64
	Body json.RawMessage
}

// New is a messenger without anybody in it. now dates what happens.
func New(now func() time.Time) *Chats {
	return &Chats{
		now: now, changed: make(chan struct{}),
		blocked: map[string]bool{}, told: map[int64]json.RawMessage{}, files: map[string][]byte{}, taps: map[string]bool{},
	}
}

// Now is the time in this messenger.
func (c *Chats) Now() time.Time { return c.now() }

// Number is a new one, greater than all before.
func (c *Chats) Number() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.number()
}

func (c *Chats) number() int64 {
	c.last++
	return c.last
}

// Meet makes a person known, who has blocked the bot or has not.
func (c *Chats) Meet(person string, blocked bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.blocked[person] = blocked
}

// Reach says whether the bot may write to a person.
func (c *Chats) Reach(person string) (known, blocked bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	blocked, known = c.blocked[person]
	return known, blocked
}

// Tell has the bot told of update, so many times, and returns its number, of the
// last one when it is told often.
func (c *Chats) Tell(update any, times int) (id int64, err error) {
	body, err := json.Marshal(update)
	if err != nil {
		return 0, fmt.Errorf("encode update: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for range times {
		id = c.number()
		c.updates = append(c.updates, Update{id, body})
		c.told[id] = body
	}
	c.change()
	return id, nil
}

// Again tells what was told as number id once more, as after an answer that got
// lost.
func (c *Chats) Again(id int64) error {
	c.mu.Lock()
	body, ok := c.told[id]
	c.mu.Unlock()
	if !ok {
		return fmt.Errorf("there was no update %d", id)
	}
	_, err := c.Tell(body, 1)
	return err
}

// Updates are at most limit of those that wait, from number id on.
func (c *Chats) Updates(id int64, limit int) (waiting []Update) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, u := range c.updates {
		if u.ID >= id && len(waiting) < limit {
			waiting = append(waiting, u)
		}
	}
	return waiting
}

// Take forgets updates before number id.
func (c *Chats) Take(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := c.updates[:0]
	for _, u := range c.updates {
		if u.ID >= id {
			kept = append(kept, u)
		}
	}
	c.updates = kept
	c.change()
}

// change tells everybody who waits that something is new. The lock is held.
func (c *Chats) change() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// Await returns when cond is true, which is asked at every change, or ctx ends.
func (c *Chats) Await(ctx context.Context, cond func() bool) error {
	for {
		c.mu.Lock()
		changed := c.changed
		c.mu.Unlock()
		if cond() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// AwaitConfirmed returns once the bot has taken every update there is.
func (c *Chats) AwaitConfirmed(ctx context.Context) error {
	return c.Await(ctx, func() bool { return len(c.Updates(0, 1)) == 0 })
}

// KeepFile stores what a person sent and returns its name.
func (c *Chats) KeepFile(data []byte) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := fmt.Sprintf("file-%d", len(c.files)+1)
	c.files[name] = data
	return name
}

// File is what was kept under a name.
func (c *Chats) File(name string) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	data, ok := c.files[name]
	return data, ok
}

// Tapped lets a button show a spinner until the tap is answered.
func (c *Chats) Tapped(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.taps[id] = false
}

// Answer stops the spinner of a tap; false when there was no such tap.
func (c *Chats) Answer(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.taps[id]; !ok {
		return false
	}
	c.taps[id] = true
	c.change()
	return true
}

// Unanswered counts the taps whose spinner still turns.
func (c *Chats) Unanswered() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, answered := range c.taps {
		if !answered {
			n++
		}
	}
	return n
}
