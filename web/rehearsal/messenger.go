package rehearsal

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"besedka/bots/fake"
)

// Fake is a messenger on loopback; see package fake.
type Fake interface {
	Do(a fake.Act) (update int64, err error)
	Again(update int64) error
	AwaitConfirmed(ctx context.Context) error
	Sent(to string, after int) []fake.Sent
}

// Messenger is the channel of people who write to a bot through a Fake.
type Messenger struct {
	fake Fake

	mu    sync.Mutex
	known map[string]int64 // updates by who named them and how
}

// NewMessenger lets people act in f, whose ids are numbers.
func NewMessenger(f Fake) *Messenger { return &Messenger{fake: f, known: map[string]int64{}} }

// Peer implements Channel: a number is an id, any other name gets one.
func (m *Messenger) Peer(from string) string { return strconv.FormatInt(telegramID(from), 10) }

// Do implements Channel.
func (m *Messenger) Do(ctx context.Context, a Act) (after int64, err error) {
	if sent := m.fake.Sent(m.Peer(a.From), 0); len(sent) > 0 {
		after = int64(sent[len(sent)-1].N)
	}
	if err := m.tell(a); err != nil {
		return after, err
	}
	ctx, cancel := context.WithTimeout(ctx, takenWithin)
	defer cancel()
	if err := m.fake.AwaitConfirmed(ctx); err != nil {
		return after, fmt.Errorf("the bot has not confirmed the update: %w", err)
	}
	return after, nil
}

// tell puts an act on the wire, a known one again as the very same update.
func (m *Messenger) tell(a Act) error {
	if err := plain(a); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	name := a.From + "/" + a.ID
	if update, known := m.known[name]; known && a.ID != "" {
		return m.fake.Again(update)
	}
	update, err := m.fake.Do(m.act(a))
	if err != nil {
		return unfit("cannot_act", err.Error())
	}
	m.known[name] = update
	return nil
}

func (m *Messenger) act(a Act) fake.Act {
	act := fake.Act{From: m.Peer(a.From), Name: a.Name, Lang: a.Lang, Text: a.Text, Button: a.Button}
	if a.Photo != nil {
		act.Photos = [][]byte{a.Photo}
	}
	if c := a.Contact; c != nil {
		act.Contact = &fake.Contact{Phone: c.Phone, Own: c.Own}
	}
	if l := a.Location; l != nil {
		act.Location = &fake.Location{Lat: l.Lat, Lon: l.Lon}
	}
	return act
}

// Heard implements Channel.
func (m *Messenger) Heard(_ context.Context, from string, after int64) ([]Message, error) {
	var heard []Message
	for _, s := range m.fake.Sent(m.Peer(from), int(after)) {
		said := Message{N: int64(s.N), Edits: int64(s.Edits), At: s.At, Text: s.Text, Buttons: []Button{}}
		for _, row := range s.Rows {
			for _, b := range row {
				said.Buttons = append(said.Buttons, Button{Title: b.Text, URL: b.URL})
			}
		}
		if s.Photo != nil {
			said.Media = picture(s.Photo)
		}
		heard = append(heard, said)
	}
	return heard, nil
}
