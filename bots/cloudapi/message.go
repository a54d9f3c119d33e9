package cloudapi

import (
	"encoding/json"
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"

	"besedka/bots"
	"besedka/core/chat"
)

// inbound is one element of messages: only the fields we use.
type inbound struct {
	ID          string `json:"id"`
	From        string `json:"from"`
	FromUser    string `json:"from_user_id"`
	Group       string `json:"group_id"`
	Timestamp   string `json:"timestamp"`
	Type        string `json:"type"`
	Text        text   `json:"text"`
	Button      tapped `json:"button"`
	Interactive reply  `json:"interactive"`
	Image       media  `json:"image"`
	Document    media  `json:"document"`
	Audio       media  `json:"audio"`
	Video       media  `json:"video"`
	Sticker     media  `json:"sticker"`
	Location    point  `json:"location"`
	Contacts    []card `json:"contacts"`
	System      system `json:"system"`
	Reaction    mark   `json:"reaction"`
	Context     struct {
		ID string `json:"id"`
	} `json:"context"` // of the message that it answers
}

// mark is how a person marks a message; the emoji is missing when it is taken back.
type mark struct {
	To    string `json:"message_id"`
	Emoji string `json:"emoji"`
}

func (m mark) reaction() *chat.Reaction {
	r := &chat.Reaction{To: m.To}
	if m.Emoji != "" {
		r.Emoji = []string{m.Emoji}
	}
	return r
}

// tapped is a quick reply under a template.
type tapped struct {
	Payload string `json:"payload"`
	Text    string `json:"text"`
}

type reply struct {
	Button row `json:"button_reply"`
	List   row `json:"list_reply"`
}

type media struct {
	ID      string `json:"id"`
	MIME    string `json:"mime_type"`
	Caption string `json:"caption"`
	Name    string `json:"filename"`
	Voice   bool   `json:"voice"` // of audio: it was recorded in the chat
}

type point struct {
	Lat json.Number `json:"latitude"`
	Lon json.Number `json:"longitude"`
}

type card struct {
	Phones []struct {
		Phone string `json:"phone"`
		ID    string `json:"wa_id"`
	} `json:"phones"`
}

// system tells of a change of number.
type system struct {
	Type  string `json:"type"`
	Phone string `json:"wa_id"`
	New   string `json:"new_wa_id"` // as older payloads spell it
	User  string `json:"user_id"`
}

// readMessage adds what one message says. A group is nothing to us.
func (a *Adapter) readMessage(n *news, contacts []contact, raw json.RawMessage) error {
	var m inbound
	if err := json.Unmarshal(raw, &m); err != nil {
		return err
	}
	who := m.sender(contacts)
	switch {
	case m.Group != "":
		return nil
	case who.peer() == "" || m.ID == "":
		return errors.New("a message without its sender or its id")
	case m.Type == "system":
		n.rename(who, m.System)
		return nil
	}
	r := bots.Received{Key: m.ID, Peer: who.peer(), At: at(m.Timestamp), In: m.said()}
	if r.Peer == who.User {
		r.Alias = who.Phone
	}
	r.In.Name, r.In.Phone = who.Profile.Name, e164(who.Phone)
	if r.In.Tap == "" { // a key names its message in its token
		r.In.Answers = m.Context.ID
	}
	n.own(&r, m, who)
	n.Messages = append(n.Messages, r)
	return nil
}

// sender joins what the message and the contacts of its body say of a person.
func (m inbound) sender(contacts []contact) contact {
	who := contact{Phone: m.From, User: m.FromUser}
	for _, c := range contacts {
		if c.may(who) && (len(contacts) == 1 || c.Phone != "" && c.Phone == who.Phone || c.User != "" && c.User == who.User) {
			return contact{Phone: first(who.Phone, c.Phone), User: first(who.User, c.User), Profile: c.Profile}
		}
	}
	return who
}

// may says whether both may be one person: no id that both have differs. Whoever takes
// another number stands in the contacts as they are called from then on.
func (c contact) may(who contact) bool {
	return (c.Phone == "" || who.Phone == "" || c.Phone == who.Phone) && (c.User == "" || who.User == "" || c.User == who.User)
}

// peer is what a person is called: the id that stays when they hide their phone.
func (c contact) peer() string { return first(c.User, c.Phone) }

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// rename tells of a new number, with which a new id may come.
func (n *news) rename(who contact, s system) {
	now := first(s.User, first(s.Phone, s.New))
	if now == "" || now == who.peer() {
		return
	}
	if len(n.Messages) > 0 {
		n.before = append(n.before, n.Batch)
		n.Batch = bots.Batch{Account: n.Account}
	}
	n.Renames = append(n.Renames, bots.Rename{Old: who.peer(), New: now})
}

// own marks a card that is the sender's own: WhatsApp itself wrote its wa_id.
func (n *news) own(r *bots.Received, m inbound, who contact) {
	if r.In.Contact != nil {
		r.In.Contact.Own = who.Phone != "" && m.Contacts[0].Phones[0].ID == who.Phone
	}
}

// said is the content of a message. A kind we do not know, or without what it is
// called by, is unknown by its name.
func (m inbound) said() chat.Inbound {
	switch {
	case m.Type == "text" && m.Text.Body != "":
		return written(m.Text.Body)
	case m.Type == "button" && m.Button.Text != "":
		return chat.Inbound{Text: m.Button.Text}
	case m.Type == "interactive":
		return m.chosen()
	case m.Type == "image" && m.Image.ID != "":
		return chat.Inbound{Text: m.Image.Caption, Photo: &chat.Photo{Remote: m.Image.ID}}
	case m.Type == "document" && m.Document.ID != "":
		return m.document()
	case m.Type == "audio":
		return m.filed(m.Audio.sound(), m.Audio)
	case m.Type == "video":
		return m.filed(chat.Video, m.Video)
	case m.Type == "sticker":
		return m.filed(chat.Sticker, m.Sticker)
	case m.Type == "reaction" && m.Reaction.To != "":
		return chat.Inbound{Reaction: m.Reaction.reaction()}
	case m.Type == "contacts":
		return m.contact()
	case m.Type == "location":
		return chat.Inbound{Location: &chat.Point{Lat: m.Location.Lat.String(), Lon: m.Location.Lon.String()}}
	}
	return chat.Inbound{Unknown: first(m.Type, "empty")}
}

// startShape is what a link to us has people write, see Link.
var startShape = regexp.MustCompile(`(?i)^start ([\w-]{1,64})$`)

func written(body string) chat.Inbound {
	if start := startShape.FindStringSubmatch(strings.TrimSpace(body)); start != nil {
		return chat.Inbound{Start: start[1]}
	}
	return chat.Inbound{Text: body}
}

func (m inbound) chosen() chat.Inbound {
	if tap := first(m.Interactive.Button.ID, m.Interactive.List.ID); tap != "" {
		return chat.Inbound{Tap: tap}
	}
	return chat.Inbound{Unknown: m.Type}
}

// document is a picture or a PDF sent as a file, by its type, and by its name
// where a phone did not know the type; any other is for people.
func (m inbound) document() chat.Inbound {
	d := m.Document
	untold := d.MIME == "" || d.MIME == "application/octet-stream"
	ending := strings.ToLower(path.Ext(d.Name))
	switch {
	case d.MIME == "application/pdf", untold && ending == ".pdf":
		return chat.Inbound{Text: d.Caption, Photo: &chat.Photo{Remote: d.ID, PDF: true}}
	case strings.HasPrefix(d.MIME, "image/"), untold && slices.Contains(pictures, ending):
		return chat.Inbound{Text: d.Caption, Photo: &chat.Photo{Remote: d.ID}}
	}
	return m.filed(chat.Document, d)
}

var pictures = []string{".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".heif"}

func (m inbound) contact() chat.Inbound {
	if len(m.Contacts) != 1 || len(m.Contacts[0].Phones) == 0 {
		return chat.Inbound{Unknown: m.Type}
	}
	p := m.Contacts[0].Phones[0]
	return chat.Inbound{Contact: &chat.Contact{Phone: "+" + digits(first(p.ID, p.Phone))}}
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// isPhone says whether an id is a phone: Meta's own ids begin with a country's
// letters.
func isPhone(id string) bool { return id != "" && digits(id) == id }

// e164 is the phone of a wa_id; "" when it is none.
func e164(id string) string {
	if !isPhone(id) || len(id) < 7 || len(id) > 15 {
		return ""
	}
	return "+" + id
}

// Link opens a chat with a number, whose first words, "start <payload>", the
// person has only to send.
func Link(number, payload string) string {
	if payload == "" {
		return "https://wa.me/" + number
	}
	return "https://wa.me/" + number + "?text=start%20" + payload
}
