//go:build !nowhatsmeow

package whatsapp

import (
	"bytes"
	"fmt"

	waBinary "go.mau.fi/whatsmeow/binary"
)

// parcel is a stanza that the device has to take. What a person wrote is sealed
// when it first goes out, and is the same bytes ever after.
type parcel struct {
	id     string
	node   waBinary.Node
	from   *person
	plain  []byte // what a person wrote; nil of stanzas that are not sealed
	again  int    // taken, it is told as often once more
	resend bool   // it could not be read, and is sealed anew
}

// tell has the device take p, now or when it is there. The lock is held.
func (s *Server) tell(p *parcel) error {
	s.told[p.id] = p
	s.queue = append(s.queue, p)
	s.change()
	if s.conn == nil || !s.conn.active {
		return nil
	}
	return s.hand(p)
}

// hand sends p to the device. The lock is held.
func (s *Server) hand(p *parcel) error {
	if p.plain != nil && p.node.Content == nil {
		if err := s.seal(p, 0); err != nil {
			return err
		}
	}
	if s.takeFault(Cut, p.number()) != nil {
		s.conn.sendPart(p.node, 2)
		s.conn.close()
		return nil
	}
	s.conn.send(p.node)
	return nil
}

func (p *parcel) number() string {
	if p.from == nil {
		return ""
	}
	return p.from.number
}

// seal encrypts what a person wrote; retry counts how often the device could
// not read it, upon which a phone begins a new session.
func (s *Server) seal(p *parcel, retry int) error {
	if retry > 0 {
		p.from.session = nil
	}
	kind, sealed, err := p.from.encrypt(padded(p.plain), s.device.bundle)
	if err != nil {
		return fmt.Errorf("message of %s: %w", p.from.number, err)
	}
	attrs := waBinary.Attrs{"v": 2, "type": kind}
	if retry > 0 {
		attrs["count"] = retry
	}
	p.node.Content = []waBinary.Node{{Tag: "enc", Attrs: attrs, Content: sealed}}
	return nil
}

// padded is a text as Signal carries it in WhatsApp: filled up with bytes that
// say how many they are.
func padded(plain []byte) []byte {
	const n = 7
	return append(bytes.Clone(plain), bytes.Repeat([]byte{n}, n)...)
}

func unpadded(plain []byte) []byte {
	if n := len(plain); n > 0 && int(plain[n-1]) <= n {
		return plain[:n-int(plain[n-1])]
	}
	return nil
}

// activate hands over everything that waits, as the server does after a login.
func (s *Server) activate(c *conn) {
	c.active = true
	note := func(tag, count string) {
		c.send(waBinary.Node{Tag: "ib", Content: []waBinary.Node{{Tag: tag, Attrs: waBinary.Attrs{"count": len(s.queue), count: len(s.queue)}}}})
	}
	note("offline_preview", "message")
	for _, p := range s.queue {
		p.resend = false
		if err := s.hand(p); err != nil {
			panic(err) // a device that is active has keys
		}
	}
	note("offline", "message")
	s.change()
}

// taken hears that the device has taken a stanza, or cannot read it. The lock
// is held.
func (s *Server) taken(n *waBinary.Node) {
	id, _ := n.Attrs["id"].(string)
	if n.Tag == "receipt" && n.Attrs["type"] == "retry" {
		s.retry(n, id)
		return
	}
	if n.Tag == "receipt" && n.Attrs["type"] == "read" {
		return
	}
	for i, p := range s.queue {
		if !p.answers(n, id) {
			continue
		}
		if p.resend || p.again > 0 {
			if !p.resend {
				p.again--
			}
			p.resend = false
			_ = s.hand(p) // it is sealed already
			return
		}
		s.queue = append(s.queue[:i], s.queue[i+1:]...)
		s.change()
		return
	}
}

// answers says whether n is what a device says that has taken p: a receipt of a
// message, an ack of anything.
func (p *parcel) answers(n *waBinary.Node, id string) bool {
	if n.Tag == "receipt" {
		return p.id == id
	}
	return n.Attrs["class"] == p.node.Tag && p.node.Attrs["id"] == id
}

// retry has a phone send its message once more in a new session, when the
// device has put the unreadable one away with an ack. The lock is held.
func (s *Server) retry(n *waBinary.Node, id string) {
	p := s.told[id]
	if p == nil || p.plain == nil {
		return
	}
	count := n.GetChildByTag("retry")
	if err := s.seal(p, max(count.AttrGetter().OptionalInt("count"), 1)); err == nil {
		p.resend = true
	}
}
