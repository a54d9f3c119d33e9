package chat

import (
	"strings"
	"time"
)

// Channel names a messenger as paths, YAML and rows spell it.
type Channel string

// The channels of design.md 4.
const (
	Telegram  Channel = "telegram"
	Webchat   Channel = "webchat"
	WhatsApp  Channel = "whatsapp"  // the official one: Cloud API
	Whatsmeow Channel = "whatsmeow" // the unofficial one
	Max       Channel = "max"
	VK        Channel = "vk"
	Viber     Channel = "viber"
)

// Inbound is one thing a person did in a chat. Exactly one of the fields below
// Name says what; a photo or a file may carry its caption in Text.
type Inbound struct {
	Name     string   `json:"name,omitempty"`  // how the messenger calls the person; never trusted, never stored
	Lang     string   `json:"lang,omitempty"`  // the messenger's language tag, a hint
	Phone    string   `json:"phone,omitempty"` // E.164: the sender's own number as the messenger vouches for it; "" where it says none
	Text     string   `json:"text,omitempty"`
	Links    string   `json:"links,omitempty"` // addresses that lie behind words of Text, one on a line
	Tap      string   `json:"tap,omitempty"`   // Button.Token of the button tapped
	Start    string   `json:"start,omitempty"` // payload of the link that opened the chat
	Photo    *Photo   `json:"photo,omitempty"`
	File     *File    `json:"file,omitempty"`
	Album    string   `json:"album,omitempty"` // messenger's id of the pictures or files that were sent together with Photo or File
	Contact  *Contact `json:"contact,omitempty"`
	Location *Point   `json:"location,omitempty"`
	Blocked  bool     `json:"blocked,omitempty"` // the person blocked the bot

	Unblocked bool      `json:"unblocked,omitempty"` // the person lets the bot write again; there is nothing to answer
	Reaction  *Reaction `json:"reaction,omitempty"`  // there is nothing to answer
	Edits     string    `json:"edits,omitempty"`     // key of the person's message whose place this one takes
	Answers   string    `json:"answers,omitempty"`   // the message it quotes: the messenger's id of ours, or the key of the person's

	Unknown string `json:"unknown,omitempty"` // a kind of message we cannot read yet, by the messenger's name
}

// Written is Text with the addresses behind its words, one on a line.
func (in *Inbound) Written() string { return strings.TrimSpace(in.Text + "\n" + in.Links) }

// Quiet says whether it is kept and asks for no answer.
func (in *Inbound) Quiet() bool { return in.Reaction != nil || in.Unblocked }

// Reaction is how a person marks a message: with which emojis, none when the mark is
// taken back.
type Reaction struct {
	To    string   `json:"to"` // the messenger's id of the message
	Emoji []string `json:"emoji,omitempty"`
}

// Photo is a picture or a file on its way to the engine. The adapter gives
// Remote; a worker fetches it, stores it sealed as Blob and reads its codes.
type Photo struct {
	Remote  string   `json:"remote,omitempty"`  // the messenger's handle for fetching it
	PDF     bool     `json:"pdf,omitempty"`     // it is a document of that format, and no picture
	Blob    string   `json:"blob,omitempty"`    // id of the sealed copy
	Codes   []string `json:"codes,omitempty"`   // texts of the QR codes found, the fiscal one first
	Trouble string   `json:"trouble,omitempty"` // why there are no codes: qr.Trouble, or unreachable
}

// Contact is a phone number sent as a contact card. Own is true only when the
// messenger proves that it is the sender's own.
type Contact struct {
	Phone string `json:"phone"` // E.164
	Own   bool   `json:"own"`
}

// Point is a place on the map, in degrees as the messenger spells them.
type Point struct {
	Lat string `json:"lat"`
	Lon string `json:"lon"`
}

// Message is what the bot or an operator says, before it is fitted to a
// channel.
type Message struct {
	Text    string   `json:"text"`
	Buttons []Button `json:"buttons,omitempty"`
	Label   string   `json:"label,omitempty"` // what opens the list of its buttons, where a messenger folds them up: Keyboard.Label
	Media   *Media   `json:"media,omitempty"`
	Thread  string   `json:"thread,omitempty"` // what it is about: a later message may change it
	Over    string   `json:"over,omitempty"`   // the thread whose message it changes, when that can be changed

	Template *Template `json:"template,omitempty"` // goes in its place where the channel's window has closed
}

// Fresh is for how long somebody who got a message is taken to look at the
// chat. A message that changes makes no sound: older ones are not changed.
const Fresh = time.Minute

// Button is one choice under a message. At most one of Token, URL and Contact
// is set.
type Button struct {
	Title   string `json:"title"`
	Desc    string `json:"desc,omitempty"`    // the rest of a title that is too long, in a line of its own under it
	Token   string `json:"token,omitempty"`   // comes back as Inbound.Tap; at most TokenBytes
	URL     string `json:"url,omitempty"`     // opens a page
	Contact bool   `json:"contact,omitempty"` // asks for the person's own phone
}

// TokenBytes is the longest Button.Token: Telegram's callback_data.
const TokenBytes = 64

// Media is a picture of the programme's media folder, or a sealed blob: a picture too, or
// a file of another kind that one of the staff sends.
type Media struct {
	Path string `json:"path,omitempty"` // under the programme's media/, for who reads it
	Hash string `json:"hash,omitempty"` // hex SHA-256 of that file as it was
	Blob string `json:"blob,omitempty"`
	Alt  string `json:"alt"`

	Kind FileKind `json:"kind,omitempty"` // Document, Voice or Video; "" = a picture
	Name string   `json:"name,omitempty"` // of a file, as its receiver sees it
	Size int64    `json:"size,omitempty"` // of a file, bytes
}
