package telegram

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"

	"github.com/go-telegram/bot/models"

	"besedka/bots"
	"besedka/core/chat"
)

// Heard is one thing that somebody does where the Forum hears it: a message, its edit, or
// a tap on a key.
type Heard struct {
	ID      int64 // of the update: the same is the same again, for a week
	Raw     []byte
	Chat    int64
	Private bool  // a chat of one person with the bot
	Thread  int64 // topic of the group, 0 the general one; of a tap on an old message Telegram does not say
	Message int64 // number of the message, or of the one with the key
	From    int64 // who, by Telegram's number
	Nobody  bool  // a bot, a channel, or an administrator who hides who they are
	Edited  bool  // the message was there before
	Answers int64 // number of the message that it quotes, 0: none

	Text    string    // as it was written; a caption when File is set
	File    *Attached // that came with it
	Service bool      // Telegram tells of the group itself: nobody has written

	Tap  string // id of a tap, to answer it
	Data string // of the key
}

// Attached is a file in a message.
type Attached struct {
	Remote string        // for Fetch
	Photo  bool          // it says that it is a picture
	Kind   chat.FileKind // "" of what was sent as a photo
	Name   string        // as its sender calls it
}

// Run hands over what is done in the groups and the chats of the bot, until ctx ends or
// Telegram refuses the account. take is nil once one is committed: only then is it
// confirmed. What cannot be read is given to poison, with why, and where it was done as far
// as that can be read.
func (f *Forum) Run(ctx context.Context, take func(context.Context, Heard) error, poison func(context.Context, Heard, error) error) error {
	return f.a.keepPolling(ctx, func(ctx context.Context, raws []json.RawMessage) (next int64, err error) {
		for _, raw := range raws {
			h, err := heardIn(raw)
			if err != nil {
				err = poison(ctx, spotIn(h, raw), err)
			} else if !h.Service {
				err = take(ctx, h)
			}
			if err != nil {
				return 0, err
			}
			next = max(next, h.ID+1)
		}
		return next, nil
	})
}

// forumMessage is what we read of a Message beside what shoppers' bot does.
type forumMessage struct {
	message
	Thread int64        `json:"message_thread_id"`
	Topic  bool         `json:"is_topic_message"` // else Thread is the message that a chain of answers began with
	Sender *models.Chat `json:"sender_chat"`
}

type forumTap struct {
	ID      string      `json:"id"`
	From    models.User `json:"from"`
	Data    string      `json:"data"`
	Message *struct {
		ID     int64       `json:"message_id"`
		Thread int64       `json:"message_thread_id"`
		Chat   models.Chat `json:"chat"`
	} `json:"message"`
}

func heardIn(raw json.RawMessage) (h Heard, err error) {
	var head struct {
		ID int64 `json:"update_id"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return h, err
	}
	var u struct {
		Message *forumMessage `json:"message"`
		Edited  *forumMessage `json:"edited_message"`
		Tap     *forumTap     `json:"callback_query"`
	}
	err = bots.Guarded(func() error { return json.Unmarshal(raw, &u) })
	switch {
	case err != nil:
	case u.Message != nil:
		h = u.Message.heard()
	case u.Edited != nil:
		h = u.Edited.heard()
		h.Edited = true
	case u.Tap != nil && u.Tap.Message != nil:
		m := u.Tap.Message
		h = Heard{Chat: m.Chat.ID, Private: m.Chat.Type == models.ChatTypePrivate, Thread: m.Thread, Message: m.ID, From: u.Tap.From.ID, Tap: u.Tap.ID, Data: u.Tap.Data}
	default:
		h.Service = true
	}
	h.ID, h.Raw = head.ID, raw
	return h, err
}

// spotIn is where an update was done that cannot be read; what of that cannot be read
// either stays zero.
func spotIn(h Heard, raw json.RawMessage) Heard {
	type place struct {
		ID     int64 `json:"message_id"`
		Thread int64 `json:"message_thread_id"`
		Chat   struct {
			ID int64 `json:"id"`
		} `json:"chat"`
	}
	var u struct {
		Message *place `json:"message"`
		Edited  *place `json:"edited_message"`
		Tap     *struct {
			ID string `json:"id"`
		} `json:"callback_query"`
	}
	_ = json.Unmarshal(raw, &u) // it goes on behind what it cannot read
	at := Heard{ID: h.ID, Raw: raw}
	if u.Tap != nil {
		at.Tap = u.Tap.ID
	}
	if m := cmp.Or(u.Message, u.Edited); m != nil {
		at.Chat, at.Thread, at.Message = m.Chat.ID, m.Thread, m.ID
	}
	return at
}

func (m *forumMessage) heard() Heard {
	h := Heard{
		Chat: m.Chat.ID, Private: m.Chat.Type == models.ChatTypePrivate, Message: m.ID, From: m.From.ID,
		Nobody: m.Sender != nil || m.From.IsBot || m.From.ID == 0, Text: m.Text, File: m.attached(),
		Answers: m.Answers.ID,
	}
	if m.Topic {
		h.Thread = m.Thread
	}
	if h.File != nil {
		h.Text = m.Caption
	}
	h.Service = h.Text == "" && h.File == nil && m.Contact == nil && m.Location == nil
	return h
}

// attached is the file of a message, whatever its kind.
func (m *forumMessage) attached() *Attached {
	if n := len(m.Photo); n > 0 { // sizes grow
		return &Attached{Remote: m.Photo[n-1].FileID, Photo: true}
	}
	f := m.file()
	if f == nil {
		return nil
	}
	return &Attached{Remote: f.Remote, Photo: strings.HasPrefix(f.Mime, "image/"), Kind: f.Kind, Name: f.Name}
}
