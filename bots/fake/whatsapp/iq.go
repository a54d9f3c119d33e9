//go:build !nowhatsmeow

package whatsapp

import (
	"fmt"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// iq answers a query. One this server does not know is answered with an empty
// result: those change nothing here. The lock is held.
func (s *Server) iq(c *conn, n *waBinary.Node) {
	if kind := n.Attrs["type"]; kind == "result" || kind == "error" {
		s.paired(c, n)
		return
	}
	space, _ := n.Attrs["xmlns"].(string)
	var first waBinary.Node
	if children := n.GetChildren(); len(children) > 0 {
		first = children[0]
	}
	result := func(content ...waBinary.Node) { c.send(iqResult(n, content)) }
	switch space + " " + first.Tag {
	case "encrypt count":
		result(waBinary.Node{Tag: "count", Attrs: waBinary.Attrs{"value": s.keysLeft()}})
	case "encrypt registration":
		if err := s.device.upload(n); err != nil {
			c.send(iqError(n, 400, err.Error()))
			return
		}
		result()
	case "encrypt key":
		result(s.bundles(first))
	case "usync usync":
		if s.takeFault(Throttle, "") != nil {
			c.send(iqError(n, 429, "rate-overlimit"))
			return
		}
		result(s.usync(first))
	case "passive active":
		result()
		s.activate(c)
	case "w:m media_conn":
		result(mediaConn())
	case "privacy privacy":
		result(waBinary.Node{Tag: "privacy", Content: []waBinary.Node{
			{Tag: "category", Attrs: waBinary.Attrs{"name": "readreceipts", "value": "all"}},
		}})
	case "md link_code_companion_reg":
		s.linkByCode(c, n, first)
	default:
		result()
	}
}

// keysLeft never says that there are none, at which a device makes 812 of them
// in the place of 50.
func (s *Server) keysLeft() int { return max(len(s.device.once), 1) }

func iqResult(n *waBinary.Node, content []waBinary.Node) waBinary.Node {
	answer := waBinary.Node{Tag: "iq", Attrs: waBinary.Attrs{"id": n.Attrs["id"], "from": types.ServerJID, "type": "result"}}
	if len(content) > 0 {
		answer.Content = content
	}
	return answer
}

func iqError(n *waBinary.Node, code int, text string) waBinary.Node {
	return waBinary.Node{
		Tag: "iq", Attrs: waBinary.Attrs{"id": n.Attrs["id"], "from": types.ServerJID, "type": "error"},
		Content: []waBinary.Node{{Tag: "error", Attrs: waBinary.Attrs{"code": code, "text": text}}},
	}
}

// bundles gives the keys of those whom the device wants to write to. A list
// that is empty is no answer to the client, so who is unknown has an error.
func (s *Server) bundles(asked waBinary.Node) waBinary.Node {
	var users []waBinary.Node
	for _, user := range asked.GetChildren() {
		jid, _ := user.Attrs["jid"].(types.JID)
		answer := waBinary.Node{Tag: "user", Attrs: waBinary.Attrs{"jid": jid}}
		if p := s.of(jid); p != nil {
			answer.Content = p.offered()
		} else {
			answer.Content = []waBinary.Node{{Tag: "error", Attrs: waBinary.Attrs{"code": 404, "text": "item-not-found"}}}
		}
		users = append(users, answer)
	}
	return waBinary.Node{Tag: "list", Content: users}
}

// usync lists the devices of those who were asked for: a phone each, and our
// account's linked device.
func (s *Server) usync(asked waBinary.Node) waBinary.Node {
	var users []waBinary.Node
	list := asked.GetChildByTag("list")
	for _, user := range list.GetChildren() {
		jid, _ := user.Attrs["jid"].(types.JID)
		p := s.of(jid)
		if p == nil {
			continue
		}
		devices := []waBinary.Node{{Tag: "device", Attrs: waBinary.Attrs{"id": 0}}}
		if p == s.phone {
			devices = append(devices, waBinary.Node{Tag: "device", Attrs: waBinary.Attrs{"id": fmt.Sprint(s.device.number)}})
		}
		users = append(users, waBinary.Node{Tag: "user", Attrs: waBinary.Attrs{"jid": jid}, Content: []waBinary.Node{
			{Tag: "devices", Content: []waBinary.Node{{Tag: "device-list", Content: devices}}},
			{Tag: "lid", Attrs: waBinary.Attrs{"val": p.lid}},
		}})
	}
	return waBinary.Node{Tag: "usync", Content: []waBinary.Node{{Tag: "list", Content: users}}}
}
