package rehearsal

import (
	"context"
	"fmt"
	"hash/fnv"
	"strconv"
	"sync"
	"time"

	"besedka/bots/fake/telegram"
)

// Telegram is the channel of people who write to a bot through a fake Telegram.
type Telegram struct {
	server *telegram.Server

	mu    sync.Mutex
	known map[string]int64 // updates by who named them and how
}

// NewTelegram lets people act in server.
func NewTelegram(server *telegram.Server) *Telegram {
	return &Telegram{server: server, known: map[string]int64{}}
}

// Peer implements Channel: a number is a Telegram id, any other name gets one.
func (t *Telegram) Peer(from string) string { return strconv.FormatInt(telegramID(from), 10) }

// Telegram's ids have at most 52 significant bits, core.telegram.org/bots/api#user.
const telegramIDBits = 52

func telegramID(from string) int64 {
	if id, err := strconv.ParseInt(from, 10, 64); err == nil && id > 0 {
		return id
	}
	h := fnv.New64a()
	h.Write([]byte(from))
	return int64(h.Sum64() >> (64 - telegramIDBits))
}

// takenWithin is how long of real time the bot may need to confirm an update.
const takenWithin = 30 * time.Second

// Do implements Channel.
func (t *Telegram) Do(ctx context.Context, a Act) (after int64, err error) {
	sent := t.server.Sent(telegramID(a.From), 0)
	if len(sent) > 0 {
		after = int64(sent[len(sent)-1].N)
	}
	if err := t.tell(a); err != nil {
		return after, err
	}
	ctx, cancel := context.WithTimeout(ctx, takenWithin)
	defer cancel()
	if err := t.server.AwaitConfirmed(ctx); err != nil {
		return after, fmt.Errorf("the bot has not confirmed the update: %w", err)
	}
	return after, nil
}

// tell puts an act on the wire, a known one again as the very same update.
func (t *Telegram) tell(a Act) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	name := a.From + "/" + a.ID
	if update, known := t.known[name]; known && a.ID != "" {
		return t.server.Again(update)
	}
	update, err := t.server.Do(telegramAct(a))
	if err != nil {
		return unfit("cannot_act", err.Error())
	}
	t.known[name] = update
	return nil
}

func telegramAct(a Act) telegram.Act {
	act := telegram.Act{From: telegramID(a.From), Name: a.Name, Lang: a.Lang, Text: a.Text, Button: a.Button, Photo: a.Photo}
	if c := a.Contact; c != nil {
		act.Contact = &telegram.Contact{Phone: c.Phone, Own: c.Own}
	}
	if f := a.File; f != nil {
		act.File = &telegram.File{Kind: f.Kind, Name: f.Name, Data: f.Data}
	}
	act.Edit = a.Edit
	if l := a.Location; l != nil {
		act.Location = &telegram.Location{Lat: l.Lat, Lon: l.Lon}
	}
	return act
}

// Heard implements Channel.
func (t *Telegram) Heard(_ context.Context, from string, after int64) ([]Message, error) {
	var heard []Message
	for _, m := range t.server.Sent(telegramID(from), int(after)) {
		said := Message{N: int64(m.N), Edits: int64(m.Edits), At: m.At, Text: m.Text, Buttons: []Button{}}
		for _, row := range append(m.Inline, m.Reply...) {
			for _, b := range row {
				said.Buttons = append(said.Buttons, Button{Title: b.Text, URL: b.URL})
			}
		}
		if m.Photo != nil {
			said.Media = picture(m.Photo)
		}
		heard = append(heard, said)
	}
	return heard, nil
}
