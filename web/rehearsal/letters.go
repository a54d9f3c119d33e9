package rehearsal

import (
	"context"

	"besedka/bots/fake/mail"
	"besedka/bots/fake/sms"
)

// oneWay is a channel on which members are written to and write nothing.
type oneWay struct{}

// Peer implements Channel.
func (oneWay) Peer(from string) string { return from }

// Do implements Channel: nobody acts here.
func (oneWay) Do(context.Context, Act) (int64, error) {
	return 0, unfit("cannot_act", "nobody writes to us by this channel")
}

// Phones is the channel of SMS; who is called from is a telephone number.
type Phones struct {
	oneWay
	server *sms.Server
}

// NewPhones shows the phones of server.
func NewPhones(server *sms.Server) Phones { return Phones{server: server} }

// Heard implements Channel.
func (p Phones) Heard(_ context.Context, from string, after int64) (heard []Message, err error) {
	for _, m := range p.server.Sent(from, int(after)) {
		heard = append(heard, Message{N: int64(m.N), At: m.At, Text: m.Text, Buttons: []Button{}})
	}
	return heard, nil
}

// Boxes is the channel of e-mail; who is called from is an address.
type Boxes struct {
	oneWay
	server *mail.Server
}

// NewBoxes shows the boxes of server.
func NewBoxes(server *mail.Server) Boxes { return Boxes{server: server} }

// Heard implements Channel: the title is the first line, and the mail program's own button
// is a button.
func (b Boxes) Heard(_ context.Context, from string, after int64) (heard []Message, err error) {
	for _, m := range b.server.Received(from, int(after)) {
		said := Message{N: int64(m.N), At: m.At, Text: m.Title + "\n\n" + m.Text, Buttons: []Button{}}
		if end := m.Header.Get("List-Unsubscribe"); len(end) > 2 {
			said.Buttons = append(said.Buttons, Button{Title: "List-Unsubscribe", URL: end[1 : len(end)-1]})
		}
		heard = append(heard, said)
	}
	return heard, nil
}
