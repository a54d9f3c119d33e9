package vk

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"net/url"
	"strconv"

	"besedka/bots"
	"besedka/core/chat"
)

// Send implements bots.Adapter. VK drops what comes again under the same random_id
// and answers with the id of the first.
func (a *Adapter) Send(ctx context.Context, peer, id string, w chat.Wire) (string, error) {
	params, err := a.message(ctx, peer, w)
	if err != nil {
		return "", err
	}
	params.Set("random_id", strconv.FormatInt(randomID(id), 10))
	var sent int64
	if err := a.call(ctx, "messages.send", id, params, &sent); err != nil {
		return "", err
	}
	return strconv.FormatInt(sent, 10), nil
}

// randomID is an outbox row's number as the 31 bits that VK takes, never 0, which is
// none: two rows that share one lie two thousand million apart. An id that is no
// number is as good as its hash.
func randomID(id string) int64 {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		h := fnv.New32a()
		h.Write([]byte(id))
		n = int64(h.Sum32())
	}
	return n&math.MaxInt64%math.MaxInt32 + 1
}

// Edit implements bots.Editor.
func (a *Adapter) Edit(ctx context.Context, peer, id, external string, w chat.Wire) error {
	params, err := a.message(ctx, peer, w)
	if err != nil {
		return err
	}
	params.Set("message_id", external)
	var done int
	return a.call(ctx, "messages.edit", id, params, &done)
}

func (a *Adapter) message(ctx context.Context, peer string, w chat.Wire) (url.Values, error) {
	if _, err := strconv.ParseInt(peer, 10, 64); err != nil {
		return nil, fmt.Errorf("%w: peer is not an id", bots.ErrRejected)
	}
	params := url.Values{"peer_id": {peer}, "message": {w.Text}}
	if w.Media != nil {
		picture, err := a.upload(ctx, peer, *w.Media)
		if err != nil {
			return nil, err
		}
		params.Set("attachment", picture)
	}
	if kb := keyboardOf(w); kb != nil {
		text, err := json.Marshal(kb)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", bots.ErrRejected, err)
		}
		params.Set("keyboard", string(text))
	}
	return params, nil
}

// keyboard is dev.vk.com/ru/api/bots/development/keyboard.
type keyboard struct {
	Inline  bool       `json:"inline,omitempty"`
	OneTime bool       `json:"one_time,omitempty"`
	Buttons [][]button `json:"buttons"`
}

type button struct {
	Action action `json:"action"`
}

type action struct {
	Type    string `json:"type"`
	Label   string `json:"label"`
	Payload string `json:"payload,omitempty"` // JSON, at most 255 characters
	Link    string `json:"link,omitempty"`
}

// payload is what a button brings back.
type payload struct {
	Tap string `json:"tap"`
}

// keyboardOf is the keyboard of a message; nil is none. One that types its titles
// stands until another comes, so that whatever has none of its own takes it away; but
// what can be changed later says nothing about it.
func keyboardOf(w chat.Wire) *keyboard {
	switch kb := w.Keyboard; {
	case kb != nil && kb.Kind == chat.Inline:
		return &keyboard{Inline: true, Buttons: rows(kb, inlineKey)}
	case kb != nil && kb.Kind == chat.Reply:
		return &keyboard{OneTime: true, Buttons: rows(kb, func(b chat.Button) action { return action{Type: "text", Label: b.Title} })}
	case w.Thread != "":
		return nil
	}
	return &keyboard{Buttons: [][]button{}}
}

func rows(kb *chat.Keyboard, key func(chat.Button) action) [][]button {
	all := make([][]button, len(kb.Rows))
	for i, row := range kb.Rows {
		for _, b := range row {
			all[i] = append(all[i], button{key(b)})
		}
	}
	return all
}

func inlineKey(b chat.Button) action {
	if b.URL != "" {
		return action{Type: "open_link", Label: b.Title, Link: b.URL}
	}
	text, _ := json.Marshal(payload{b.Token}) // a string always can be
	return action{Type: "callback", Label: b.Title, Payload: string(text)}
}
