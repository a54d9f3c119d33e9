package botstest

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"besedka/bots"
	"besedka/core/chat"
)

// Rig is one adapter in front of a fake of its messenger, in which one person,
// Peer, has written to the bot.
type Rig struct {
	Adapter bots.Adapter
	Peer    string
	Secret  string // the account's token: never in an error or in the log

	Say       func(text string, times int)    // Peer writes; the messenger tells it so many times
	Mumble    func()                          // Peer sends something of a kind nobody has heard of
	Poison    func()                          // the messenger tells something that cannot be decoded
	Confirmed func(ctx context.Context) error // returns when everything told is confirmed
	Sent      func() []Sent                   // what has reached Peer
	Fault     func(Fault)                     // spoils every send from now on

	Knows    []Fault                         // of the faults below Masked, those that Fault can do
	Tap      func(m Sent, key int) error     // Peer presses a key, from 0 in reading order, of a message that reached them
	Numbered func(n int, text string) []byte // an update of Peer's that the messenger numbers n
	Stop     func()                          // ends listening and waits for its end
	Start    func()                          // listens again after Stop
	Cut      func()                          // the messenger cannot be reached any more

	Webhook http.Handler                                     // hands over to the sink of Open
	Post    func(secret string, update []byte) *http.Request // what the messenger would post
	Good    struct{ Secret, Update string }                  // an update it would take
}

// Sent is one message that reached the person.
type Sent struct {
	ID      string // the id given to Send
	Text    string
	Keys    []chat.Button // as they look: Title, URL and Contact, in reading order
	Picture bool

	Handle any // the Rig's own, for Tap
}

// Fault is how the messenger spoils sends.
type Fault string

// The faults a Rig is asked for.
const (
	Throttled Fault = "throttled" // asks to wait
	Blocked   Fault = "blocked"   // Peer has blocked the bot
	Outage    Fault = "outage"    // a balancer's page instead of an answer
	Lost      Fault = "lost"      // delivered, but the answer never comes
	Masked    Fault = "masked"    // delivered, but a proxy's page of an error comes

	Paged Fault = "paged" // delivered, but a page of HTML comes with status 200
	Slow  Fault = "slow"  // delivered, but the answer trickles in without end
	Torn  Fault = "torn"  // the connection breaks while a picture goes up
)

// Open makes a Rig that hands over to sink and logs to log, until the test
// ends.
type Open func(t *testing.T, sink bots.Sink, log *slog.Logger) Rig

// inbox is a sink that remembers, and refuses as often as it is told to.
type inbox struct {
	mu       sync.Mutex
	refuse   int
	panics   int           // how often to panic instead
	entered  chan struct{} // not nil: whoever comes says so here, and then hangs until its context ends
	messages []bots.Received
	poison   []bots.Poison
}

func (in *inbox) take(ctx context.Context, b bots.Batch) error {
	if err := in.hang(ctx); err != nil {
		return err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.panics > 0 {
		in.panics--
		panic("a message that the house stumbles over")
	}
	if in.refuse > 0 {
		in.refuse--
		return errRefused
	}
	in.messages = append(in.messages, b.Messages...)
	in.poison = append(in.poison, b.Poison...)
	return nil
}

func (in *inbox) hang(ctx context.Context) error {
	in.mu.Lock()
	entered := in.entered
	in.mu.Unlock()
	if entered == nil {
		return nil
	}
	select {
	case entered <- struct{}{}:
		<-ctx.Done()
	case <-ctx.Done():
	}
	return ctx.Err()
}

func (in *inbox) set(do func()) {
	in.mu.Lock()
	defer in.mu.Unlock()
	do()
}

// got returns each message once, as the inbox table would keep it.
func (in *inbox) got() (messages []bots.Received, poison []bots.Poison) {
	in.mu.Lock()
	defer in.mu.Unlock()
	seen := map[string]bool{}
	once := func(key string) bool { defer func() { seen[key] = true }(); return seen[key] }
	messages = slices.DeleteFunc(slices.Clone(in.messages), func(m bots.Received) bool { return once(m.Key) })
	poison = slices.DeleteFunc(slices.Clone(in.poison), func(p bots.Poison) bool { return once(p.Key) })
	return messages, poison
}

// buffer is a log that may be written and read at once.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) contains(s string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Contains(b.b.String(), s)
}
