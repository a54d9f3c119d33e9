package telegram

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/go-telegram/bot/models"

	"besedka/bots"
	"besedka/core/chat"
)

// update is what we read of an Update: only the fields we use, so that a new
// kind of reaction or forward in the rest of it cannot make it unreadable.
type update struct {
	ID       int64           `json:"update_id"`
	Message  json.RawMessage `json:"message"`
	Edited   json.RawMessage `json:"edited_message"`
	Reaction *reaction       `json:"message_reaction"`
	Callback *callback       `json:"callback_query"`
	Member   *memberChange   `json:"my_chat_member"`
}

// allowedUpdates is asked for by name: Telegram's default leaves some out.
var allowedUpdates = []string{
	models.AllowedUpdateMessage, models.AllowedUpdateEditedMessage, models.AllowedUpdateCallbackQuery,
	models.AllowedUpdateMyChatMember, models.AllowedUpdateMessageReaction,
}

type message struct {
	ID       int64              `json:"message_id"`
	Date     int64              `json:"date"`
	EditDate int64              `json:"edit_date"`
	Forward  json.RawMessage    `json:"forward_origin"`
	Answers  quoted             `json:"reply_to_message"`
	Chat     models.Chat        `json:"chat"`
	From     models.User        `json:"from"`
	Text     string             `json:"text"`
	Entities []entity           `json:"entities"`
	Caption  string             `json:"caption"`
	Marks    []entity           `json:"caption_entities"`
	Album    string             `json:"media_group_id"`
	Photo    []models.PhotoSize `json:"photo"`
	Document *models.Document   `json:"document"`
	files
	Contact  *models.Contact `json:"contact"`
	Location *place          `json:"location"`
}

// quoted is a message that another one answers.
type quoted struct {
	ID   int64 `json:"message_id"`
	From struct {
		Bot bool `json:"is_bot"`
	} `json:"from"`
}

// id is how chat.Inbound names it.
func (q quoted) id() string {
	switch {
	case q.ID == 0:
		return ""
	case q.From.Bot:
		return strconv.FormatInt(q.ID, 10)
	}
	return keyOf(q.ID)
}

// entity marks a part of a text; only a link behind words has a URL here.
type entity struct {
	URL string `json:"url"`
}

type place struct {
	Lat json.Number `json:"latitude"`
	Lon json.Number `json:"longitude"`
}

// callback has its chat both in a message that can still be read and in one
// that cannot.
type callback struct {
	ID      string      `json:"id"`
	From    models.User `json:"from"`
	Message *struct {
		Chat models.Chat `json:"chat"`
	} `json:"message"`
	Data string `json:"data"`
}

type memberChange struct {
	Date int64       `json:"date"`
	Chat models.Chat `json:"chat"`
	New  struct {
		Status string `json:"status"`
	} `json:"new_chat_member"`
}

// news is a batch and what has to be said to Telegram once it is committed.
type news struct {
	bots.Batch
	taps []string // ids of callback queries, which wait for an answer
	next int64    // the offset that confirms them all
}

// read reads updates one by one; what cannot be read becomes poison.
func (a *Adapter) read(raws []json.RawMessage) news {
	n := news{Batch: bots.Batch{Account: a.account}}
	for _, raw := range raws {
		var id int64
		err := bots.Guarded(func() (err error) {
			id, err = a.readOne(&n, raw)
			return err
		})
		if err != nil {
			n.Poison = append(n.Poison, bots.Poison{Key: strconv.FormatInt(id, 10), Raw: raw, Reason: bots.Reason(err)})
		}
		n.next = max(n.next, id+1) // a poison without an id must not make Telegram begin anew
	}
	nameNameless(n.Poison)
	return n
}

// nameNameless gives a body without an update id a key of its own, so that it
// is kept once however often it comes.
func nameNameless(poison []bots.Poison) {
	for i, p := range poison {
		if p.Key == "0" {
			sum := sha256.Sum256(p.Raw)
			poison[i].Key = hex.EncodeToString(sum[:])
		}
	}
}

func (a *Adapter) readOne(n *news, raw json.RawMessage) (id int64, err error) {
	var head struct {
		ID int64 `json:"update_id"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return 0, err
	}
	var u update
	if err := json.Unmarshal(raw, &u); err != nil {
		return head.ID, err
	}
	r, ok, err := a.received(u)
	if err != nil || !ok {
		return u.ID, err
	}
	n.Messages = append(n.Messages, r)
	if u.Callback != nil {
		n.taps = append(n.taps, u.Callback.ID)
	}
	return u.ID, nil
}

// received says what the person did; false when it is nothing to us: whatever
// happens in a group, where the bot is a guest who says nothing.
func (a *Adapter) received(u update) (bots.Received, bool, error) {
	r := bots.Received{Key: strconv.FormatInt(u.ID, 10)}
	switch {
	case u.Message != nil:
		m, err := readMessage(u.Message)
		r.Key, r.Peer, r.At, r.In = messageKey(m, u), peer(m.Chat), time.Unix(m.Date, 0), said(m, u.Message)
		return r, m.Chat.Type == models.ChatTypePrivate, err
	case u.Edited != nil:
		return edited(r, u)
	case u.Reaction != nil:
		return u.Reaction.received(r)
	case u.Callback != nil:
		c := u.Callback
		r.Peer, r.At, r.In = strconv.FormatInt(c.From.ID, 10), a.cfg.Now(), from(c.From)
		r.In.Tap = c.Data
		return r, c.Message == nil || c.Message.Chat.Type == models.ChatTypePrivate, nil
	case u.Member != nil:
		r.Peer, r.At = peer(u.Member.Chat), time.Unix(u.Member.Date, 0)
		r.In.Blocked = u.Member.New.Status == "kicked"
		r.In.Unblocked = !r.In.Blocked
		return r, u.Member.Chat.Type == models.ChatTypePrivate, nil
	}
	return r, false, errors.New("an update of a kind that was not asked for")
}

func peer(c models.Chat) string { return strconv.FormatInt(c.ID, 10) }

func from(u models.User) chat.Inbound {
	return chat.Inbound{Name: strings.TrimSpace(u.FirstName + " " + u.LastName), Lang: u.LanguageCode}
}

// said is the content of a message. raw names the kind we do not know.
func said(m message, raw json.RawMessage) chat.Inbound {
	in := from(m.From)
	switch {
	case m.Text != "":
		in.Text, in.Start = command(m.Text)
	case len(m.Photo) > 0: // sizes grow
		in.Text, in.Photo = m.Caption, &chat.Photo{Remote: m.Photo[len(m.Photo)-1].FileID}
	case m.Animation == nil && m.Document != nil && isPicture(*m.Document):
		in.Text, in.Photo = m.Caption, &chat.Photo{Remote: m.Document.FileID}
	case m.Document != nil && isPDF(*m.Document):
		in.Text, in.Photo = m.Caption, &chat.Photo{Remote: m.Document.FileID, PDF: true}
	case m.file() != nil:
		in.Text, in.File = m.Caption, m.file()
	case m.Contact != nil:
		in.Contact = &chat.Contact{Phone: e164(m.Contact.PhoneNumber), Own: m.own()}
	case m.Location != nil:
		in.Location = &chat.Point{Lat: m.Location.Lat.String(), Lon: m.Location.Lon.String()}
	default:
		in.Unknown = kind(raw)
	}
	if in.Photo != nil || in.File != nil {
		in.Album = m.Album
	}
	in.Answers = m.Answers.id()
	in.Links = links(slices.Concat(m.Entities, m.Marks))
	return in
}

// links are the addresses behind words, one on a line.
func links(marks []entity) string {
	var all []string
	for _, e := range marks[:min(len(marks), maxLinks)] {
		if e.URL != "" {
			all = append(all, e.URL)
		}
	}
	return strings.Join(all, "\n")
}

const maxLinks = 50 // marks of one message that are looked at

// isPicture and isPDF go by the type, and by the name where a phone did not know
// the type of what it sent.
func isPicture(d models.Document) bool {
	return strings.HasPrefix(d.MimeType, "image/") || untold(d) && bots.NamedPicture(d.FileName)
}

func isPDF(d models.Document) bool {
	return d.MimeType == "application/pdf" || untold(d) && bots.NamedPDF(d.FileName)
}

func untold(d models.Document) bool {
	return d.MimeType == "" || d.MimeType == "application/octet-stream"
}

// payload is what a link to the bot may carry; whoever types anything else behind
// /start has not come by a link. core.telegram.org/bots/features#deep-linking
var payload = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// command takes the bot's name off a command, /help@our_bot, and the payload
// out of /start.
func command(text string) (rest, start string) {
	if !strings.HasPrefix(text, "/") {
		return text, ""
	}
	word, args := text, ""
	if i := strings.IndexFunc(text, unicode.IsSpace); i > 0 {
		word, args = text[:i], strings.TrimSpace(text[i:])
	}
	word, _, _ = strings.Cut(word, "@")
	if word == "/start" && payload.MatchString(args) {
		return "", args
	}
	return strings.TrimSpace(word + " " + args), ""
}

// e164 spells a phone of Telegram's, which always has its country code and
// only sometimes the plus.
func e164(phone string) string {
	return "+" + strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
}

// about are fields of a message that say nothing about what it is.
var about = []string{
	"author_signature", "business_connection_id", "caption", "caption_entities", "chat", "date", "direct_messages_topic",
	"edit_date", "effect_id", "entities", "external_reply", "forward_origin", "from", "has_media_spoiler",
	"has_protected_content", "is_automatic_forward", "is_from_offline", "is_paid_post", "is_topic_message",
	"link_preview_options", "media_group_id", "message_id", "message_thread_id", "paid_star_count", "quote",
	"reply_markup", "reply_to_message", "reply_to_story", "sender_boost_count", "sender_business_bot", "sender_chat",
	"show_caption_above_media", "via_bot",
}

// kind is Telegram's own name for a message we cannot read: voice, sticker.
func kind(raw json.RawMessage) string {
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(raw, &fields) // read once already
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(about, name) {
			return name
		}
	}
	return "empty"
}
