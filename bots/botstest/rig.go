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

	Webhook http.Handler                                     // hands over to the sink of Open
	Post    func(secret string, update []byte) *http.Request // what the messenger would post
	Good    struct{ Secret, Update string }                  // an update it would take
}

// Sent is one message that reached the person.
type Sent struct {
	ID   string // the id given to Send
	Text string
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
)

// Open makes a Rig that hands over to sink and logs to log, until the test
// ends.
type Open func(t *testing.T, sink bots.Sink, log *slog.Logger) Rig

// inbox is a sink that remembers, and refuses as often as it is told to.
type inbox struct {
	mu       sync.Mutex
	refuse   int
	messages []bots.Received
	poison   []bots.Poison
}

func (in *inbox) take(_ context.Context, b bots.Batch) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.refuse > 0 {
		in.refuse--
		return errRefused
	}
	in.messages = append(in.messages, b.Messages...)
	in.poison = append(in.poison, b.Poison...)
	return nil
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
