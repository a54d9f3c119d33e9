package fake

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"time"
)

// Sent is one message of the bot, or what it changed one to.
type Sent struct {
	N         int // from 1, over all chats
	At        time.Time
	To        string
	ID        string // the messenger's own
	Edits     int    // N of the message changed
	RequestID string // the bot's own name of this message
	Text      string
	Rows      [][]Button
	Typed     bool // the rows are keys that type their titles
	Clears    bool // it takes away such keys
	Photo     []byte
	File      []byte
	FileKind  string // what the messenger shows File as
	Name      string // of File
	Answers   string // ID of the message that it quotes
}

// Button is a key under a message.
type Button struct {
	Text    string
	Data    string
	URL     string
	Contact bool
}

// Says is whether m says the same as other, to be seen by a person.
func (m Sent) Says(other Sent) bool {
	return m.Text == other.Text && bytes.Equal(m.Photo, other.Photo) && bytes.Equal(m.File, other.File) && slices.EqualFunc(m.Rows, other.Rows, slices.Equal[[]Button])
}

// Say keeps what the bot says.
func (c *Chats) Say(m Sent) Sent {
	c.mu.Lock()
	defer c.mu.Unlock()
	m.N, m.At = len(c.sent)+1, c.now()
	c.sent = append(c.sent, m)
	c.change()
	return m
}

// Sent is what the bot said to a person after the message numbered after, in
// order; to "" is everybody.
func (c *Chats) Sent(to string, after int) []Sent {
	c.mu.Lock()
	defer c.mu.Unlock()
	rest := slices.Clone(c.sent[min(after, len(c.sent)):])
	return slices.DeleteFunc(rest, func(m Sent) bool { return to != "" && m.To != to })
}

// Standing is a message of the bot as it is now.
func (c *Chats) Standing(id string) (now Sent, ok bool) {
	for _, m := range c.Sent("", 0) {
		if m.ID == id {
			now, ok = m, true
		}
	}
	return now, ok
}

// Press finds the button that an act presses.
func (c *Chats) Press(a Act) (Button, Sent, error) {
	for m := range c.keyboards(a.From) {
		for i, b := range slices.Concat(m.Rows...) {
			if a.presses(Key{m.N, i}, b.Text) {
				return b, m, nil
			}
		}
	}
	return Button{}, Sent{}, fmt.Errorf("%s has no such button", a.From)
}

func (a Act) presses(k Key, title string) bool {
	if a.Key != nil {
		return *a.Key == k
	}
	return a.Button == title
}

// keyboards are the messages whose buttons a person can press, the newest first. Keys
// that type their titles go with those of a later message.
func (c *Chats) keyboards(person string) iter.Seq[Sent] {
	return func(yield func(Sent) bool) {
		gone := false
		for _, m := range slices.Backward(c.Sent(person, 0)) {
			if m.Typed && gone {
				continue
			}
			gone = gone || m.Typed || m.Clears
			if now, _ := c.Standing(m.ID); now.N != m.N {
				continue // it says something else by now
			}
			if !yield(m) {
				return
			}
		}
	}
}
