package rehearsal

import (
	"context"
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
	"sync"

	"besedka/bots/fake/cloudapi"
)

// WhatsApp is the channel of people who write to a number through a fake Cloud
// API.
type WhatsApp struct {
	server *cloudapi.Server

	mu    sync.Mutex
	known map[string]string // messages by who named them and how
}

// NewWhatsApp lets people act in server.
func NewWhatsApp(server *cloudapi.Server) *WhatsApp {
	return &WhatsApp{server: server, known: map[string]string{}}
}

// Peer implements Channel: a number is a phone, any other name gets one.
func (w *WhatsApp) Peer(from string) string {
	if len(from) >= 7 && len(from) <= 15 && strings.Trim(from, "0123456789") == "" {
		return from
	}
	h := fnv.New64a()
	h.Write([]byte(from))
	return fmt.Sprintf("79%09d", h.Sum64()%1e9)
}

// Do implements Channel.
func (w *WhatsApp) Do(ctx context.Context, a Act) (after int64, err error) {
	sent := w.server.Sent(w.Peer(a.From), 0)
	if len(sent) > 0 {
		after = int64(sent[len(sent)-1].N)
	}
	if err := w.tell(a); err != nil {
		return after, err
	}
	ctx, cancel := context.WithTimeout(ctx, takenWithin)
	defer cancel()
	if err := w.server.AwaitConfirmed(ctx); err != nil {
		return after, fmt.Errorf("the bot has not taken the message: %w", err)
	}
	return after, nil
}

// tell puts an act on the wire, a known one again as the very same message.
func (w *WhatsApp) tell(a Act) error {
	if err := plain(a); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	name := a.From + "/" + a.ID
	if message, known := w.known[name]; known && a.ID != "" {
		return w.server.Again(message)
	}
	message, err := w.server.Do(w.act(a))
	if err != nil {
		return unfit("cannot_act", err.Error())
	}
	w.known[name] = message
	return nil
}

func (w *WhatsApp) act(a Act) cloudapi.Act {
	act := cloudapi.Act{From: w.Peer(a.From), Name: a.Name, Text: a.Text, Button: a.Button}
	if a.Photo != nil && http.DetectContentType(a.Photo) == "application/pdf" {
		act.Document = &cloudapi.Document{Name: "file.pdf", MIME: "application/pdf", Data: a.Photo}
	} else {
		act.Photo = a.Photo
	}
	if c := a.Contact; c != nil {
		act.Contact = &cloudapi.Contact{Phone: strings.TrimPrefix(c.Phone, "+"), Own: c.Own}
	}
	if l := a.Location; l != nil {
		act.Location = &cloudapi.Location{Lat: l.Lat, Lon: l.Lon}
	}
	return act
}

// Heard implements Channel.
func (w *WhatsApp) Heard(_ context.Context, from string, after int64) ([]Message, error) {
	var heard []Message
	for _, m := range w.server.Sent(w.Peer(from), int(after)) {
		said := Message{N: int64(m.N), At: m.At, Text: m.Text, Buttons: []Button{}}
		for _, b := range m.Buttons {
			said.Buttons = append(said.Buttons, Button{Title: b.Title})
		}
		if m.Photo != nil {
			said.Media = picture(m.Photo)
		}
		heard = append(heard, said)
	}
	return heard, nil
}
