package cloudapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"besedka/bots"
	"besedka/core/chat"
)

// Send implements bots.Adapter. Meta knows no idempotency keys, but tells the id
// with whatever it tells of the message later.
func (a *Adapter) Send(ctx context.Context, peer, id string, w chat.Wire) (string, error) {
	m := addressed(peer, id)
	file, err := a.upload(ctx, w.Media)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(w.Answers, "wamid.") {
		m.Context = &quoted{w.Answers}
	}
	m.say(w, file)
	return a.send(ctx, m)
}

// send returns the wamid.
func (a *Adapter) send(ctx context.Context, m message) (string, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("%w: %w", bots.ErrRejected, err)
	}
	var taken struct {
		Messages []struct {
			ID string `json:"id"`
		} `json:"messages"`
	}
	if err := a.call(ctx, http.MethodPost, a.cfg.PhoneID+"/messages", "application/json", bytes.NewReader(body), &taken); err != nil {
		return "", err
	}
	if len(taken.Messages) == 0 || taken.Messages[0].ID == "" {
		return "", fmt.Errorf("%w: an answer without the message's id", bots.ErrUnknownOutcome)
	}
	return taken.Messages[0].ID, nil
}

// message is the body of a call to messages.
type message struct {
	Product       string       `json:"messaging_product"`
	RecipientType string       `json:"recipient_type"`
	To            string       `json:"to,omitempty"`
	Recipient     string       `json:"recipient,omitempty"`
	Opaque        string       `json:"biz_opaque_callback_data,omitempty"`
	Context       *quoted      `json:"context,omitempty"`
	Type          string       `json:"type"`
	Text          *text        `json:"text,omitempty"`
	Image         *image       `json:"image,omitempty"`
	Document      *document    `json:"document,omitempty"`
	Audio         *audio       `json:"audio,omitempty"`
	Video         *image       `json:"video,omitempty"`
	Interactive   *interactive `json:"interactive,omitempty"`
	Template      *template    `json:"template,omitempty"`
}

// quoted is the message that this one answers.
type quoted struct {
	ID string `json:"message_id"`
}

type text struct {
	Body string `json:"body"`
}

// image is a picture, or a video.
type image struct {
	ID      string `json:"id"`
	Caption string `json:"caption,omitempty"`
}

type document struct {
	image
	Name string `json:"filename"`
}

type audio struct {
	ID    string `json:"id"`
	Voice bool   `json:"voice"` // it looks like what people record
}

type interactive struct {
	Type   string  `json:"type"`
	Header *header `json:"header,omitempty"`
	Body   words   `json:"body"`
	Action action  `json:"action"`
}

type header struct {
	Type  string `json:"type"`
	Image image  `json:"image"`
}

type words struct {
	Text string `json:"text"`
}

type action struct {
	Button   string    `json:"button,omitempty"`
	Buttons  []button  `json:"buttons,omitempty"`
	Sections []section `json:"sections,omitempty"`
}

type button struct {
	Type  string `json:"type"`
	Reply row    `json:"reply"`
}

type section struct {
	Rows []row `json:"rows"`
}

type row struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Desc  string `json:"description,omitempty"` // of a list's row alone
}

// addressed is a message for somebody. A BSUID in the place of a phone is taken, and
// never delivered.
func addressed(peer, id string) message {
	m := message{Product: "whatsapp", RecipientType: "individual", Opaque: id}
	if isPhone(peer) {
		m.To = peer
	} else {
		m.Recipient = peer
	}
	return m
}

// say fills in what w says; file is the id of its picture or file. Only scripts have
// keys, and what they show is pictures.
func (m *message) say(w chat.Wire, file string) {
	keys := keysOf(w.Keyboard)
	switch {
	case len(keys) > 0:
		m.Type, m.Interactive = "interactive", ask(w, keys, file)
	case file != "":
		m.show(*w.Media, image{ID: file, Caption: w.Text})
	default:
		m.Type, m.Text = "text", &text{Body: w.Text}
	}
}

// show fills in a picture or a file as what it is.
func (m *message) show(of chat.Media, file image) {
	switch of.Kind {
	case chat.Voice: // nothing is written under it
		m.Type, m.Audio = "audio", &audio{ID: file.ID, Voice: true}
	case chat.Video:
		m.Type, m.Video = "video", &file
	case chat.Document:
		m.Type, m.Document = "document", &document{file, of.Name}
	default:
		m.Type, m.Image = "image", &file
	}
}

// keysOf are the buttons that are not in the text already.
func keysOf(kb *chat.Keyboard) []row {
	if kb == nil || kb.Kind == chat.Numbered {
		return nil
	}
	var keys []row
	for _, b := range slices.Concat(kb.Rows...) {
		keys = append(keys, row{ID: b.Token, Title: b.Title, Desc: b.Desc})
	}
	return keys
}

// ask offers keys as buttons, or as a list where they are too many or would
// look alike: buttons must differ by their titles, rows need not.
func ask(w chat.Wire, keys []row, picture string) *interactive {
	if w.Keyboard.Kind == chat.List || alike(keys) {
		return &interactive{Type: "list", Body: words{w.Text}, Action: action{Button: choose(w), Sections: []section{{keys}}}}
	}
	in := &interactive{Type: "button", Body: words{w.Text}}
	for _, k := range keys {
		in.Action.Buttons = append(in.Action.Buttons, button{"reply", k})
	}
	if picture != "" {
		in.Header = &header{Type: "image", Image: image{ID: picture}}
	}
	return in
}

func alike(keys []row) bool {
	seen := map[string]bool{}
	for _, k := range keys {
		if seen[k.Title] {
			return true
		}
		seen[k.Title] = true
	}
	return false
}

// choose is the word on what opens a list; where nobody gave one, in the language of
// the text over it.
func choose(w chat.Wire) string {
	if w.Keyboard.Label != "" {
		return w.Keyboard.Label
	}
	if strings.ContainsFunc(w.Text, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
		return "Выбрать"
	}
	return "Choose"
}
