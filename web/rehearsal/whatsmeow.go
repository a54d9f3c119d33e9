//go:build !nowhatsmeow

package rehearsal

import (
	"context"
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"sync"

	"besedka/bots/fake/whatsapp"
)

// Whatsmeow is the channel of people with WhatsApp who write to an account that
// the system is a linked device of.
type Whatsmeow struct {
	server *whatsapp.Server

	mu    sync.Mutex
	known map[string]string // messages by who named them and how
}

// NewWhatsmeow lets people act in server.
func NewWhatsmeow(server *whatsapp.Server) *Whatsmeow {
	return &Whatsmeow{server: server, known: map[string]string{}}
}

// Peer implements Channel: a number in digits is a telephone's, any other name
// gets one.
func (c *Whatsmeow) Peer(from string) string { return whatsapp.LID(whatsappNumber(from)).String() }

var numberForm = regexp.MustCompile(`^[1-9]\d{6,14}$`)

func whatsappNumber(from string) string {
	if numberForm.MatchString(from) {
		return from
	}
	h := fnv.New32a()
	h.Write([]byte(from))
	return fmt.Sprintf("7%010d", h.Sum32())
}

// Do implements Channel.
func (c *Whatsmeow) Do(ctx context.Context, a Act) (after int64, err error) {
	if sent := c.server.Sent(whatsappNumber(a.From), 0); len(sent) > 0 {
		after = int64(sent[len(sent)-1].N)
	}
	ctx, cancel := context.WithTimeout(ctx, takenWithin)
	defer cancel()
	if err := c.server.AwaitActive(ctx); err != nil {
		return after, fmt.Errorf("the linked device does not come: %w", err)
	}
	if err := c.tell(a); err != nil {
		return after, err
	}
	if err := c.server.AwaitTaken(ctx); err != nil {
		return after, fmt.Errorf("the linked device has not taken the message: %w", err)
	}
	return after, nil
}

// tell puts an act on the wire, a known one again as the very same message.
func (c *Whatsmeow) tell(a Act) error {
	if err := plain(a); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	name := a.From + "/" + a.ID
	if id, known := c.known[name]; known && a.ID != "" {
		return c.server.Again(id)
	}
	act := whatsapp.Act{From: whatsappNumber(a.From), Name: a.Name, Text: a.Text, Photo: a.Photo}
	if a.Button != "" {
		var ok bool
		if act.Text, ok = c.choice(a); !ok {
			return unfit("cannot_act", "no menu in this chat has such a line")
		}
	}
	if a.Contact != nil {
		act.Contact = &whatsapp.Contact{Phone: a.Contact.Phone}
		if a.Contact.Own {
			act.Contact.Phone = "+" + act.From
		}
	}
	if l := a.Location; l != nil {
		act.Location = &whatsapp.Location{Lat: l.Lat, Lon: l.Lon}
	}
	id, err := c.server.Do(act)
	if err != nil {
		return unfit("cannot_act", err.Error())
	}
	c.known[name] = id
	return nil
}

// menuLine is a line of a numbered menu.
var menuLine = regexp.MustCompile(`(?m)^(\d+)[.)] (.+)$`)

// choice is the number that a person types for a button: that of the line with
// its title, in the newest menu that has one.
func (c *Whatsmeow) choice(a Act) (string, bool) {
	for _, m := range slices.Backward(c.server.Sent(whatsappNumber(a.From), 0)) {
		for _, line := range menuLine.FindAllStringSubmatch(m.Text, -1) {
			if line[2] == a.Button {
				return line[1], true
			}
		}
	}
	return "", false
}

// Heard implements Channel. A numbered menu's lines are its buttons.
func (c *Whatsmeow) Heard(_ context.Context, from string, after int64) ([]Message, error) {
	var heard []Message
	for _, m := range c.server.Sent(whatsappNumber(from), int(after)) {
		said := Message{N: int64(m.N), Edits: int64(m.Edits), At: m.At, Text: m.Text, Buttons: []Button{}}
		for _, line := range menuLine.FindAllStringSubmatch(m.Text, -1) {
			said.Buttons = append(said.Buttons, Button{Title: line[2]})
		}
		if m.Picture != nil {
			said.Media = picture(m.Picture)
		}
		heard = append(heard, said)
	}
	return heard, nil
}
