package telegram

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/go-telegram/bot/models"

	"besedka/bots"
	"besedka/core/chat"
)

func readMessage(raw json.RawMessage) (m message, err error) {
	err = json.Unmarshal(raw, &m)
	return m, err
}

// messageKey is how a later edit names its message. Telegram numbers the messages of
// a chat for good, while updates are numbered anew after a week of silence.
func messageKey(m message, u update) string {
	if m.ID == 0 {
		return strconv.FormatInt(u.ID, 10)
	}
	return keyOf(m.ID)
}

// keyMark tells the number of a message from that of an update.
const keyMark = "m"

func keyOf(message int64) string { return keyMark + strconv.FormatInt(message, 10) }

// edited says what the person made of a message; a place that they share live moves
// by edits too, and is taken as it was first.
func edited(r bots.Received, u update) (bots.Received, bool, error) {
	m, err := readMessage(u.Edited)
	r.Peer, r.At, r.In = peer(m.Chat), time.Unix(max(m.Date, m.EditDate), 0), said(m, u.Edited)
	r.In.Edits = keyOf(m.ID)
	return r, m.Chat.Type == models.ChatTypePrivate && m.ID != 0 && m.Location == nil, err
}

// reaction is a MessageReactionUpdated. Its kinds of reactions grow, so only those
// with an emoji are told apart.
type reaction struct {
	Chat    models.Chat `json:"chat"`
	Message int64       `json:"message_id"`
	User    models.User `json:"user"`
	Date    int64       `json:"date"`
	New     []struct {
		Type  string `json:"type"`
		Emoji string `json:"emoji"`
	} `json:"new_reaction"`
}

func (c reaction) received(r bots.Received) (bots.Received, bool, error) {
	r.Peer, r.At, r.In = peer(c.Chat), time.Unix(c.Date, 0), from(c.User)
	mark := &chat.Reaction{To: strconv.FormatInt(c.Message, 10)}
	for _, e := range c.New {
		if e.Emoji == "" {
			e.Emoji = e.Type // custom_emoji, paid
		}
		mark.Emoji = append(mark.Emoji, e.Emoji)
	}
	r.In.Reaction = mark
	return r, c.Chat.Type == models.ChatTypePrivate, nil
}

// own says whether a contact card is proven to be its sender's: Telegram names whose
// the number is. A card that was passed on may name a number they had once.
func (m message) own() bool {
	return m.Contact.UserID != 0 && m.Contact.UserID == m.From.ID && m.Forward == nil
}
