package max

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"besedka/bots"
	"besedka/core/chat"
)

// newMessage is a NewMessageBody. Attachments are never null, which in a change would
// leave the old ones.
type newMessage struct {
	Text        string       `json:"text"`
	Attachments []attachment `json:"attachments"`
	Link        *link        `json:"link,omitempty"`
}

// link quotes a message.
type link struct {
	Type string `json:"type"`
	MID  string `json:"mid"`
}

// quote is the message that w answers; nil where its id is not MAX's.
func quote(w chat.Wire) *link {
	if !strings.HasPrefix(w.Answers, "mid.") {
		return nil
	}
	return &link{"reply", w.Answers}
}

type attachment struct {
	Type    string `json:"type"`
	Payload any    `json:"payload"`
}

// What was just uploaded may need a while: 1, 2 and 4 seconds lie within the time
// that the gateway gives a message.
const (
	firstPause = time.Second
	lastPause  = 4 * time.Second
)

// Send implements bots.Adapter. MAX knows no idempotency keys.
func (a *Adapter) Send(ctx context.Context, peer, id string, w chat.Wire) (string, error) {
	if _, err := strconv.ParseInt(peer, 10, 64); err != nil {
		return "", fmt.Errorf("%w: peer is not a user id", bots.ErrRejected)
	}
	m, err := a.message(ctx, w)
	if err != nil {
		return "", err
	}
	m.Link = quote(w)
	var sent struct {
		Message struct {
			Body struct {
				MID string `json:"mid"`
			} `json:"body"`
		} `json:"message"`
	}
	to := request{method: http.MethodPost, path: "/messages", query: url.Values{"user_id": {peer}}, id: id, body: m}
	err = a.call(ctx, to, &sent)
	for pause := firstPause; errors.Is(err, errNotReady) && pause <= lastPause; pause *= 2 {
		a.wait(ctx, pause)
		err = a.call(ctx, to, &sent)
	}
	if err == nil && sent.Message.Body.MID == "" {
		err = fmt.Errorf("%w: an answer without the message's id", bots.ErrUnknownOutcome)
	}
	return sent.Message.Body.MID, err
}

// Edit implements bots.Editor.
func (a *Adapter) Edit(ctx context.Context, _, id, external string, w chat.Wire) error {
	m, err := a.message(ctx, w)
	if err != nil {
		return err
	}
	var done struct {
		Success bool `json:"success"`
	}
	err = a.call(ctx, request{method: http.MethodPut, path: "/messages", query: url.Values{"message_id": {external}}, id: id, body: m}, &done)
	if err == nil && !done.Success {
		err = fmt.Errorf("%w: MAX does not change it", bots.ErrRejected)
	}
	return err
}

func (a *Adapter) message(ctx context.Context, w chat.Wire) (newMessage, error) {
	m := newMessage{Text: w.Text, Attachments: []attachment{}}
	if w.Media != nil {
		file, err := a.upload(ctx, *w.Media)
		if err != nil {
			return m, err
		}
		m.Attachments = append(m.Attachments, attachment{typeOf(*w.Media), file})
	}
	if w.Keyboard != nil && w.Keyboard.Kind == chat.Inline {
		m.Attachments = append(m.Attachments, attachment{"inline_keyboard", keyboard{rows(w.Keyboard)}})
	}
	return m, nil
}

type keyboard struct {
	Buttons [][]button `json:"buttons"`
}

type button struct {
	Type    string `json:"type"`
	Text    string `json:"text"`
	Payload string `json:"payload,omitempty"`
	URL     string `json:"url,omitempty"`
}

func rows(kb *chat.Keyboard) [][]button {
	all := make([][]button, len(kb.Rows))
	for i, row := range kb.Rows {
		for _, b := range row {
			all[i] = append(all[i], key(b))
		}
	}
	return all
}

func key(b chat.Button) button {
	switch {
	case b.URL != "":
		return button{Type: "link", Text: b.Title, URL: b.URL}
	case b.Contact:
		return button{Type: "request_contact", Text: b.Title}
	}
	return button{Type: "callback", Text: b.Title, Payload: b.Token}
}
