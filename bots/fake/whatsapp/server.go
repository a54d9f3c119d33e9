//go:build !nowhatsmeow

package whatsapp

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// Server is WhatsApp with one account in it, an http.Handler.
type Server struct {
	now   func() time.Time
	phone *person // of the account

	mu      sync.Mutex
	changed chan struct{} // closed at every change, then made anew
	people  map[types.JID]*person
	device  *device // linked; nil when none is
	conn    *conn   // of the device
	queue   []*parcel
	told    map[string]*parcel
	sent    []Sent
	wires   map[string]int // how often the device sent a message, by id
	files   map[string][]byte
	faults  []Fault
	refusal *waBinary.Node // the answer to every login
	scan    chan pairing   // a device that waits to be linked
	finish  chan codeFinish
	typing  map[string]int
}

// person is somebody with a phone. WhatsApp knows people by a LID; the number
// belongs to it.
type person struct {
	*party
	number  string
	pn, lid types.JID
	blocked bool
	seen    map[string]bool // ids of messages that stand in the chat
}

// New is a WhatsApp with an account whose telephone number is given in digits.
// now dates what happens.
func New(number string, now func() time.Time) *Server {
	s := &Server{
		now: now, changed: make(chan struct{}),
		people: map[types.JID]*person{}, told: map[string]*parcel{}, wires: map[string]int{}, files: map[string][]byte{},
		typing: map[string]int{}, scan: make(chan pairing, 1), finish: make(chan codeFinish, 1),
	}
	s.phone = s.meet(number)
	return s
}

// LID is how WhatsApp knows the person with a telephone number.
func LID(number string) types.JID { return types.NewJID("1000"+number, types.HiddenUserServer) }

// meet is the person with a number. The lock is held, or nobody else is there.
func (s *Server) meet(number string) *person {
	pn := types.NewJID(number, types.DefaultUserServer)
	if p := s.people[pn]; p != nil {
		return p
	}
	p := &person{
		party: newParty(), number: number, pn: pn, lid: LID(number),
		seen: map[string]bool{},
	}
	s.people[p.pn], s.people[p.lid] = p, p
	return p
}

// of is who has a jid, whichever of their devices; nil when nobody has.
func (s *Server) of(jid types.JID) *person { return s.people[jid.ToNonAD()] }

// ServeHTTP answers the websocket, and uploads and downloads of media.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/ws/chat":
		s.connect(w, r)
	case r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/mms/"):
		s.upload(w, r)
	case r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, mediaPath):
		s.download(w, r)
	default:
		http.NotFound(w, r)
	}
}

// connect serves one connection until it ends.
func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	c, err := accept(w, r)
	if err != nil {
		return
	}
	defer c.close()
	if !s.greet(c) {
		return
	}
	for {
		n, err := c.receive()
		if err != nil {
			break
		}
		s.handle(c, n)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == c {
		s.conn = nil
		s.change()
	}
}

// greet lets a linked device in, or has one linked.
func (s *Server) greet(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.refusal != nil:
		c.send(*s.refusal)
		return false
	case c.payload.GetDevicePairingData() != nil:
		s.offerPairing(c)
		return true
	case !s.knows(c):
		c.send(failure("401", nil))
		return false
	}
	if old := s.conn; old != nil {
		old.send(streamError("", "replaced"))
	}
	s.conn = c
	c.send(waBinary.Node{Tag: "success", Attrs: waBinary.Attrs{"lid": s.deviceLID(), "t": s.now().Unix()}})
	s.change()
	return true
}

func (s *Server) knows(c *conn) bool {
	return s.device != nil && fmt.Sprint(c.payload.GetUsername()) == s.phone.number && c.payload.GetDevice() == uint32(s.device.number)
}

func (s *Server) deviceLID() types.JID {
	jid := s.phone.lid
	jid.Device = s.device.number
	return jid
}

func (s *Server) deviceJID() types.JID {
	jid := s.phone.pn
	jid.Device = s.device.number
	return jid
}

func (s *Server) handle(c *conn, n *waBinary.Node) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c != s.conn && c.payload.GetDevicePairingData() == nil {
		return // another connection is the device's by now
	}
	switch n.Tag {
	case "iq":
		s.iq(c, n)
	case "message":
		s.message(c, n)
	case "ack", "receipt":
		s.taken(n)
	case "chatstate":
		if to, ok := n.Attrs["to"].(types.JID); ok && s.of(to) != nil {
			s.typing[s.of(to).number]++
		}
	}
}

// change tells everybody who waits that something is new. The lock is held.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// await returns when cond, called under the lock, is true or ctx ends.
func (s *Server) await(ctx context.Context, cond func() bool) error {
	for {
		s.mu.Lock()
		ok, changed := cond(), s.changed
		s.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// AwaitTaken returns once the device has taken everything there is.
func (s *Server) AwaitTaken(ctx context.Context) error {
	return s.await(ctx, func() bool { return len(s.queue) == 0 })
}

// AwaitActive returns once the device is there and takes what waits.
func (s *Server) AwaitActive(ctx context.Context) error {
	return s.await(ctx, func() bool { return s.conn != nil && s.conn.active })
}

// AwaitSent returns once the device has sent so many messages to a person.
func (s *Server) AwaitSent(ctx context.Context, number string, n int) error {
	return s.await(ctx, func() bool { return len(s.sentTo(number, 0)) >= n })
}

// Sent is what stands in the chat with a person after the message numbered
// after, in order; "" means every chat.
func (s *Server) Sent(number string, after int) []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sentTo(number, after)
}

func (s *Server) sentTo(number string, after int) []Sent {
	rest := s.sent[min(after, len(s.sent)):]
	return slices.DeleteFunc(slices.Clone(rest), func(m Sent) bool { return number != "" && m.Chat != number })
}

// Wires is how often the device sent the message with an id, whether or not a
// phone showed it.
func (s *Server) Wires(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wires[id]
}

// Typed is how often a person saw the bot begin or stop to type.
func (s *Server) Typed(number string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.typing[number]
}
