package viber

import (
	"cmp"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"besedka/bots"
	"besedka/core/chat"
)

// event is what we read of a callback: only the fields we use. Its message is read
// once it is known to be one.
type event struct {
	Event   string          `json:"event"`
	At      int64           `json:"timestamp"`     // milliseconds
	Token   json.Number     `json:"message_token"` // the same one is the same event again
	Sender  person          `json:"sender"`
	User    person          `json:"user"`
	UserID  string          `json:"user_id"` // of who left
	Context string          `json:"context"` // of the link that opened the chat
	Message json.RawMessage `json:"message"`
}

type person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Lang string `json:"language"`
}

type message struct {
	Type    string `json:"type"`
	Text    string `json:"text"` // of a picture it is the caption
	Media   string `json:"media"`
	File    string `json:"file_name"`
	Contact struct {
		Phone string `json:"phone_number"`
	} `json:"contact"`
	Location struct {
		Lat json.Number `json:"lat"`
		Lon json.Number `json:"lon"`
	} `json:"location"`
}

// read reads an event; what cannot be read becomes poison, under a key of its own, so
// that it is kept once however often it comes.
func (a *Adapter) read(raw []byte) (event, bots.Batch) {
	b := bots.Batch{Account: a.Account()}
	var e event
	var r *bots.Received
	err := bots.Guarded(func() (err error) {
		e, r, err = decode(raw)
		return err
	})
	switch {
	case err != nil:
		b.Poison = []bots.Poison{bots.Unread(raw, err)}
	case r != nil:
		b.Messages = []bots.Received{*r}
	}
	return e, b
}

// decode is nil for an event that tells of no act.
func decode(raw []byte) (e event, r *bots.Received, err error) {
	if err := json.Unmarshal(raw, &e); err != nil {
		return event{}, nil, err
	}
	switch e.Event {
	case "message":
		var m message
		if err := json.Unmarshal(e.Message, &m); err != nil {
			return e, nil, err
		}
		in := said(m)
		in.Name, in.Lang = e.Sender.Name, e.Sender.Lang
		r, err = e.received(e.Sender.ID, in)
	case "subscribed":
		r, err = e.received(e.User.ID, chat.Inbound{Unblocked: true})
	case "unsubscribed":
		r, err = e.received(e.UserID, chat.Inbound{Blocked: true})
	}
	return e, r, err
}

func (e event) received(peer string, in chat.Inbound) (*bots.Received, error) {
	if peer == "" || e.Token == "" {
		return nil, errors.New("an event without a person or a token")
	}
	return &bots.Received{Key: e.Token.String(), Peer: peer, At: time.UnixMilli(e.At), In: in}, nil
}

// kinds are what is kept for people to look at.
var kinds = map[string]chat.FileKind{"video": chat.Video, "file": chat.Document, "sticker": chat.Sticker}

// said is the content of a message.
func said(m message) chat.Inbound {
	pdf := bots.NamedPDF(m.File)
	picture := bots.NamedPicture(m.File)
	switch {
	case m.Type == "text" && m.Text != "":
		return written(m.Text)
	case m.Type == "picture" && m.Media != "":
		return chat.Inbound{Text: m.Text, Photo: &chat.Photo{Remote: m.Media}}
	case m.Type == "file" && m.Media != "" && (pdf || picture):
		return chat.Inbound{Text: m.Text, Photo: &chat.Photo{Remote: m.Media, PDF: pdf}}
	case kinds[m.Type] != "" && m.Media != "":
		return chat.Inbound{Text: m.Text, File: &chat.File{Kind: kinds[m.Type], Remote: m.Media, Name: m.File}}
	case m.Type == "contact" && m.Contact.Phone != "": // whose it is nobody says
		return chat.Inbound{Contact: &chat.Contact{Phone: "+" + strings.TrimPrefix(m.Contact.Phone, "+")}}
	case m.Type == "location":
		return chat.Inbound{Location: &chat.Point{Lat: m.Location.Lat.String(), Lon: m.Location.Lon.String()}}
	case m.Type == "url" && m.Media != "":
		return chat.Inbound{Text: m.Media}
	}
	return chat.Inbound{Unknown: cmp.Or(m.Type, "empty")}
}

// written is what a person wrote, or a key for them.
func written(text string) chat.Inbound {
	if payload, ok := strings.CutPrefix(text, begin+" "); ok && payload != "" {
		return chat.Inbound{Start: payload}
	}
	if token, ok := strings.CutPrefix(text, pressed+" "); ok && token != "" {
		return chat.Inbound{Tap: token}
	}
	return chat.Inbound{Text: text}
}
