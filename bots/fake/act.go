package fake

import "encoding/json"

// Act is one thing a person does in their chat with the bot. Exactly one field
// below Repeat says what; photos may have their caption in Text.
type Act struct {
	From   string
	Name   string
	Lang   string
	Repeat int // tell the bot this many times more

	Text     string // «/start payload» opens a link
	Button   string // title of a button on the newest message that has it
	Key      *Key
	Contact  *Contact
	Photos   [][]byte // sent together
	Document *Document
	File     *File
	Location *Location
	Block    bool
	Mumble   bool            // something of a kind nobody has heard of
	Raw      json.RawMessage // an update, verbatim
}

// Key is a button by its place, from 0 in reading order, on the message numbered
// Message, be it the newest or an old one.
type Key struct{ Message, Place int }

// Contact is a contact card; Own is the sender's.
type Contact struct {
	Phone string
	Own   bool
}

// Document is a file sent as a file.
type Document struct {
	Name string
	Data []byte
}

// File is what a bot cannot read: a voice message, a video, a sticker. Kind is the
// messenger's word for it.
type File struct {
	Kind string
	Data []byte
}

// Location is a point on the map, in degrees.
type Location struct{ Lat, Lon json.Number }
