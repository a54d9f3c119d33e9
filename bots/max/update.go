package max

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"besedka/bots"
	"besedka/core/chat"
)

// update is what we read of an Update: only the fields we use, so that something
// new in the rest of it cannot make it unreadable.
type update struct {
	Type      string   `json:"update_type"`
	Timestamp int64    `json:"timestamp"`
	Locale    string   `json:"user_locale"`
	User      user     `json:"user"`
	Payload   string   `json:"payload"`
	Message   *message `json:"message"`
	Callback  callback `json:"callback"`
}

// updateTypes is asked for by name. A person who corrects a message has been
// answered by then: what is edited is not told.
var updateTypes = []string{"bot_started", "bot_stopped", "message_callback", "message_created"}

type user struct {
	ID    int64  `json:"user_id"`
	First string `json:"first_name"`
	Last  string `json:"last_name"`
	Bot   bool   `json:"is_bot"`
}

func (u user) name() string { return strings.TrimSpace(u.First + " " + u.Last) }

func (u user) peer() string { return strconv.FormatInt(u.ID, 10) }

type callback struct {
	ID        string `json:"callback_id"`
	Timestamp int64  `json:"timestamp"`
	Payload   string `json:"payload"`
	User      user   `json:"user"`
}

type message struct {
	Sender    user `json:"sender"`
	Recipient struct {
		Type string `json:"chat_type"`
	} `json:"recipient"`
	Body content `json:"body"`
	Link *struct {
		Type    string  `json:"type"`
		Message content `json:"message"`
	} `json:"link"`
}

// dialog is the chat of one person with the bot; others are groups and channels.
const dialog = "dialog"

// news is a batch and what has to be said to MAX once it is committed.
type news struct {
	bots.Batch
	taps []string // callback ids, which wait for an answer
}

// read reads updates one by one; what cannot be read becomes poison, under a key
// of its own, so that it is kept once however often it comes.
func (a *Adapter) read(raws []json.RawMessage) news {
	n := news{Batch: bots.Batch{Account: a.Account()}}
	for _, raw := range raws {
		if err := bots.Guarded(func() error { return a.readOne(&n, raw) }); err != nil {
			n.Poison = append(n.Poison, bots.Unread(raw, err))
		}
	}
	return n
}

func (a *Adapter) readOne(n *news, raw json.RawMessage) error {
	var u update
	if err := json.Unmarshal(raw, &u); err != nil {
		return err
	}
	all, err := a.received(u)
	if err != nil {
		return err
	}
	n.Messages = append(n.Messages, all...)
	if u.Type == "message_callback" && u.Callback.ID != "" {
		n.taps = append(n.taps, u.Callback.ID)
	}
	return nil
}

// received says what the person did; nothing when it is nothing to us: a group, or
// another bot.
func (a *Adapter) received(u update) ([]bots.Received, error) {
	at := time.UnixMilli(u.Timestamp)
	key := fmt.Sprintf("%s/%d", u.Type, u.Timestamp)
	switch {
	case u.Type == "bot_started" && u.User.ID != 0:
		return []bots.Received{{Key: key, Peer: u.User.peer(), At: at, In: started(u)}}, nil
	case u.Type == "bot_stopped" && u.User.ID != 0:
		return []bots.Received{{Key: key, Peer: u.User.peer(), At: at, In: chat.Inbound{Blocked: true}}}, nil
	case u.Type == "message_callback" && u.Callback.User.ID != 0:
		if u.Message != nil && u.Message.Recipient.Type != dialog {
			return nil, nil
		}
		// A callback id is that of the keyboard: a second tap on it has the same.
		key := fmt.Sprintf("%s/%s/%d", u.Type, u.Callback.ID, u.Callback.Timestamp)
		in := chat.Inbound{Name: u.Callback.User.name(), Lang: u.Locale, Tap: u.Callback.Payload}
		return []bots.Received{{Key: key, Peer: u.Callback.User.peer(), At: at, In: in}}, nil
	case u.Type == "message_created" && u.Message != nil && u.Message.Sender.ID != 0:
		if u.Message.Recipient.Type != dialog || u.Message.Sender.Bot {
			return nil, nil
		}
		if id := u.Message.Body.MID; id != "" {
			key = id
		}
		return a.said(*u.Message, u.Locale, key, at), nil
	}
	return nil, errors.New("an update of a kind that was not asked for, or of nobody")
}

func started(u update) chat.Inbound {
	in := chat.Inbound{Name: u.User.name(), Lang: u.Locale, Start: u.Payload}
	if in.Start == "" {
		in.Text = "/start"
	}
	return in
}
