package viber

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"unicode/utf8"

	"besedka/bots"
	"besedka/core/chat"
)

// letter is a message as Viber takes it, and with no receiver as the answer to an
// event.
type letter struct {
	Receiver string    `json:"receiver,omitempty"`
	MinAPI   int       `json:"min_api_version"`
	Sender   sender    `json:"sender"`
	Type     string    `json:"type"`
	Text     string    `json:"text"`            // of a picture it is the caption
	Media    string    `json:"media,omitempty"` // address of a picture
	Keyboard *keyboard `json:"keyboard,omitempty"`
}

type sender struct {
	Name string `json:"name"`
}

// keyboard is .../rest-bot-api, keyboards: it stands until a message comes without one.
type keyboard struct {
	Type          string   `json:"Type"`
	DefaultHeight bool     `json:"DefaultHeight"`
	Input         string   `json:"InputFieldState,omitempty"` // whether words of one's own can be written
	Buttons       []button `json:"Buttons"`
}

// button is a key so many of six columns wide; its text is HTML.
type button struct {
	Columns    int    `json:"Columns"`
	Rows       int    `json:"Rows"`
	ActionType string `json:"ActionType"`
	ActionBody string `json:"ActionBody"` // what is written as the person's word, or opened
	Text       string `json:"Text"`
	Silent     bool   `json:"Silent,omitempty"` // the word is not shown to them
}

const (
	columns = 6
	maxBody = 250 // characters of ActionBody

	// minAPI is what the keys need of the person's Viber: 4 hides the field, 6 knows
	// Silent. A Viber older than that, of 2018, gets nothing.
	minAPI = 6
)

// Send implements bots.Adapter. Viber knows no idempotency keys. A picture it fetches
// itself, from the address in the message.
func (a *Adapter) Send(ctx context.Context, peer, id string, w chat.Wire) (string, error) {
	l := a.letter(w.Text)
	if w.Media != nil {
		address, err := a.cfg.Picture(ctx, *w.Media)
		if err != nil {
			return "", fmt.Errorf("%w: read picture: %w", bots.ErrUnavailable, err)
		}
		l.Type, l.Media = "picture", address
	}
	l.Receiver, l.Keyboard = peer, keyboardOf(w.Keyboard)
	var sent struct {
		Token json.Number `json:"message_token"`
	}
	err := a.call(ctx, "send_message", id, l, &sent)
	if err == nil && sent.Token == "" {
		err = fmt.Errorf("%w: an answer without the message's token", bots.ErrUnknownOutcome)
	}
	return sent.Token.String(), err
}

func (a *Adapter) letter(text string) letter {
	return letter{MinAPI: minAPI, Sender: sender{a.cfg.Name}, Type: "text", Text: text}
}

func keyboardOf(kb *chat.Keyboard) *keyboard {
	if kb == nil || kb.Kind != chat.Reply {
		return nil
	}
	k := &keyboard{Type: "keyboard"}
	for _, row := range kb.Rows {
		for i, b := range row {
			k.Buttons = append(k.Buttons, key(b, width(i, len(row))))
		}
	}
	return k
}

// width is of key i among n in a row. Viber knows no rows: keys flow, so that those of
// one fill it.
func width(i, n int) int {
	if i < columns%n {
		return columns/n + 1
	}
	return columns / n
}

// key writes its token and shows the person nothing: a title would be an answer to a
// question only, and keys stand under other messages too.
func key(b chat.Button, width int) button {
	k := button{Columns: width, Rows: 1, ActionType: "reply", ActionBody: pressed + " " + b.Token, Text: html.EscapeString(b.Title), Silent: true}
	if b.URL != "" {
		k.ActionType, k.ActionBody, k.Silent = "open-url", b.URL, false
	}
	return k
}

// What keys write, as nothing else tells a press from what a person writes: begin is of
// the one that begins a talk, with the payload of a link behind it, pressed of any other,
// with its token. Whoever writes that by hand presses a key that there is not.
const (
	begin   = "/start"
	pressed = "/tap"
)

// welcome is the answer to who opened the chat by a link with a payload, or without one.
// Only the key can be pressed: words of their own would lose the payload.
func (a *Adapter) welcome(lang, payload string) letter {
	word := begin
	if payload != "" && utf8.RuneCountInString(begin+" "+payload) <= maxBody {
		word = begin + " " + payload
	}
	w := a.cfg.Welcome(lang)
	l := a.letter(w.Text)
	l.Keyboard = &keyboard{Type: "keyboard", Input: "hidden", Buttons: []button{{
		Columns: columns, Rows: 1, ActionType: "reply", ActionBody: word, Text: html.EscapeString(w.Button), Silent: true,
	}}}
	return l
}
