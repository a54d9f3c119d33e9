package rehearsal

import (
	"context"
	"net/http"
	"time"
)

// Channel is one messenger as the people in it see it.
type Channel interface {
	// Peer is the messenger's own id of the person whom a rehearsal calls from.
	Peer(from string) string
	// Do lets a person act and returns once the system has taken it in. after
	// numbers the last message that the person had got before.
	Do(ctx context.Context, a Act) (after int64, err error)
	// Heard is what the bot said to a person after the message numbered after,
	// in order.
	Heard(ctx context.Context, from string, after int64) ([]Message, error)
}

// Act is one thing a person does. Exactly one of the fields below ID says what.
type Act struct {
	From, Name, Lang string
	ID               string // the same ID of the same person is the same act, delivered again; "" is a new one

	Text     string
	Button   string // title of a button on the newest message that has it
	Contact  *Contact
	Photo    []byte
	File     *File
	Location *Location
	Edit     string // what the person's newest message says from now on
}

// File is what a messenger keeps beside photos.
type File struct {
	Kind string `json:"kind"` // as chat.FileKind
	Name string `json:"name"`
	Data []byte `json:"base64"`
}

// plain refuses what only some messengers know, and their fakes with them: else an empty
// message would be sent in its place.
func plain(a Act) error {
	if a.File != nil || a.Edit != "" {
		return unfit("cannot_act", "nobody sends files or edits on this channel")
	}
	return nil
}

// Contact is a contact card. A messenger that cannot prove whose it is takes
// no notice of Own.
type Contact struct {
	Phone string `json:"phone"`
	Own   bool   `json:"own"`
}

// Message is one message of the bot.
type Message struct {
	N       int64     `json:"n"`               // grows within a channel
	Edits   int64     `json:"edits,omitempty"` // n of the message that was changed to this
	At      time.Time `json:"at"`
	Text    string    `json:"text"`
	Buttons []Button  `json:"buttons"`
	Media   *Media    `json:"media"` // null without a picture
}

// Button is a button as a person sees it.
type Button struct {
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
}

// Media is a picture.
type Media struct {
	Type string `json:"type"`
	Data []byte `json:"base64"`
}

func picture(data []byte) *Media { return &Media{Type: http.DetectContentType(data), Data: data} }

// refusal is an answer to a caller who asked for what cannot be.
type refusal struct {
	status       int
	code, detail string
}

func (r *refusal) Error() string { return r.code + ": " + r.detail }

func unfit(code, detail string) error {
	return &refusal{http.StatusUnprocessableEntity, code, detail}
}
