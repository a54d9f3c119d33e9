//go:build !nowhatsmeow

package whatsapp

import (
	"slices"
	"time"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// Sent is one message that stands in a person's chat.
type Sent struct {
	N       int // grows
	ID      string
	Chat    string // the person's number
	At      time.Time
	Text    string
	Picture []byte
	Edits   int // N of the message that was changed to this
	Retry   int // as which repetition it could be read at last
}

// message takes a message from the device to the person it is to. The lock is
// held.
func (s *Server) message(c *conn, n *waBinary.Node) {
	id, _ := n.Attrs["id"].(string)
	to, _ := n.Attrs["to"].(types.JID)
	s.wires[id]++
	p := s.of(to)
	if p == nil {
		c.send(s.ack(n, 404))
		return
	}
	if f := s.takeFault(Refuse, p.number); f != nil {
		c.send(s.ack(n, f.Code))
		return
	}
	s.deliver(n, id, p)
	if s.takeFault(Drop, p.number) != nil {
		c.close()
		return
	}
	if s.takeFault(Stall, p.number) == nil {
		c.send(s.ack(n, 0))
	}
}

func (s *Server) ack(n *waBinary.Node, code int) waBinary.Node {
	attrs := waBinary.Attrs{"class": "message", "id": n.Attrs["id"], "from": n.Attrs["to"], "t": s.now().Unix()}
	if code != 0 {
		attrs["error"] = code
	}
	return waBinary.Node{Tag: "ack", Attrs: attrs}
}

// deliver has every phone that a message is sealed for open it.
func (s *Server) deliver(n *waBinary.Node, id string, to *person) {
	for jid, enc := range sealedFor(n) {
		p := s.of(jid)
		if p == nil {
			continue
		}
		kind, _ := enc.Attrs["type"].(string)
		sealed, _ := enc.Content.([]byte)
		plain, err := p.decrypt(kind, sealed)
		m := &waE2E.Message{}
		switch {
		case err != nil:
			s.askAgain(p, id, 1)
		case proto.Unmarshal(unpadded(plain), m) != nil || p != to:
			// the account's own phone shows what its device sends
		default:
			s.show(p, id, m, enc.AttrGetter().OptionalInt("count"))
		}
	}
}

// sealedFor are the envelopes of a message: one for each device, or, when it is
// said once more, the only one.
func sealedFor(n *waBinary.Node) map[types.JID]waBinary.Node {
	envelopes := map[types.JID]waBinary.Node{}
	if enc, ok := n.GetOptionalChildByTag("enc"); ok {
		to, _ := n.Attrs["to"].(types.JID)
		envelopes[to] = enc
	}
	participants := n.GetChildByTag("participants")
	for _, one := range participants.GetChildren() {
		jid, _ := one.Attrs["jid"].(types.JID)
		envelopes[jid] = one.GetChildByTag("enc")
	}
	return envelopes
}

// show puts a message into a chat, unless its id stands there already, and
// tells the device that it arrived.
func (s *Server) show(p *person, id string, m *waE2E.Message, retry int) {
	if p.seen[id] || p.blocked {
		return
	}
	p.seen[id] = true
	sent := Sent{N: len(s.sent) + 1, ID: id, Chat: p.number, At: s.now(), Retry: retry}
	if edit := m.GetEditedMessage().GetMessage().GetProtocolMessage(); edit != nil {
		sent.Edits = s.standing(p.number, edit.GetKey().GetID())
		if sent.Edits == 0 {
			return // a phone takes no notice
		}
		m = edit.GetEditedMessage()
	}
	sent.Text = m.GetConversation() + m.GetExtendedTextMessage().GetText()
	if picture := m.GetImageMessage(); picture != nil {
		sent.Text, sent.Picture = picture.GetCaption(), s.open(picture)
	}
	s.sent = append(s.sent, sent)
	_ = s.tell(&parcel{id: "receipt-" + id, node: waBinary.Node{ // it is not sealed
		Tag: "receipt", Attrs: waBinary.Attrs{"id": id, "from": p.lid, "t": s.now().Unix()},
	}})
	s.change()
}

// standing is N of the message that stands in a chat under an id, 0 when none
// does.
func (s *Server) standing(number, id string) int {
	i := slices.IndexFunc(s.sent, func(m Sent) bool { return m.Chat == number && m.ID == id })
	if i < 0 {
		return 0
	}
	return s.sent[i].N
}

// askAgain has the device say a message once more, which a phone could not
// read.
func (s *Server) askAgain(p *person, id string, count int) {
	p.session = nil
	delete(p.seen, id)
	keys := slices.DeleteFunc(p.offered(), func(n waBinary.Node) bool { return n.Tag == "registration" })
	registration := p.offered()[0]
	_ = s.tell(&parcel{id: "retry-" + id, node: waBinary.Node{
		Tag: "receipt", Attrs: waBinary.Attrs{"id": id, "from": p.lid, "type": "retry", "t": s.now().Unix()},
		Content: []waBinary.Node{
			{Tag: "retry", Attrs: waBinary.Attrs{"count": count, "id": id, "t": s.now().Unix(), "v": 1}},
			registration,
			{Tag: "keys", Content: keys},
		},
	}})
}
