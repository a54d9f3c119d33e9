//go:build !nowhatsmeow

package whatsapp

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"
)

// Act is one thing a person does in their chat with the account. Exactly one
// field below Number says what; a photo may have its caption in Text.
type Act struct {
	From   string // their telephone number, in digits
	Name   string
	Repeat int  // tell the device this many times more
	Number bool // as people wrote of old: from their number, with no word of a LID

	Text     string
	Contact  *Contact
	Photo    []byte
	Document *Document
	File     *File
	Location *Location
	Block    bool   // the account, of which it is not told
	Unread   string // the bot's message with this id cannot be read: it is to be sent again
	Message  *waE2E.Message
}

// Contact is a contact card.
type Contact struct {
	Phone string // with a plus
}

// Document is a file sent as a file.
type Document struct {
	Name, MIME string
	Data       []byte
}

// Location is a point on the map, in degrees.
type Location struct{ Lat, Lon json.Number }

// Do lets a person act and returns the id of their message, "" when it is none.
func (s *Server) Do(a Act) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.meet(a.From)
	if a.Unread != "" {
		s.askAgain(p, a.Unread, 1)
		return "", nil
	}
	p.blocked = a.Block
	if a.Block {
		return "", nil
	}
	m, err := s.write(a)
	if err != nil {
		return "", err
	}
	plain, err := proto.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("encode message: %w", err)
	}
	letter := &parcel{id: messageID(), from: p, plain: plain, again: a.Repeat}
	letter.node = waBinary.Node{Tag: "message", Attrs: waBinary.Attrs{"id": letter.id, "type": "text", "t": s.now().Unix(), "notify": a.Name}}
	if letter.node.Attrs["from"] = p.pn; !a.Number {
		letter.node.Attrs["from"], letter.node.Attrs["sender_pn"] = p.lid, p.pn
	}
	return letter.id, s.tell(letter)
}

// messageID is one as Android makes them.
func messageID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return strings.ToUpper(hex.EncodeToString(b[:]))
}

// Again tells the device a message that it has taken once more, as after an
// answer that got lost.
func (s *Server) Again(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.told[id]
	if p == nil {
		return fmt.Errorf("there was no message %s", id)
	}
	return s.tell(p)
}

// write words an act as a message.
func (s *Server) write(a Act) (*waE2E.Message, error) {
	switch {
	case a.Message != nil:
		return a.Message, nil
	case a.Photo != nil:
		f := s.store(a.Photo, imageKeys)
		return &waE2E.Message{ImageMessage: &waE2E.ImageMessage{
			Caption: some(a.Text), Mimetype: proto.String("image/jpeg"), URL: &f.url, DirectPath: &f.path,
			MediaKey: f.key, FileEncSHA256: f.sealedSum, FileSHA256: f.sum, FileLength: &f.length,
		}}, nil
	case a.Document != nil:
		f := s.store(a.Document.Data, documentKeys)
		return &waE2E.Message{DocumentMessage: &waE2E.DocumentMessage{
			Caption: some(a.Text), Mimetype: &a.Document.MIME, FileName: &a.Document.Name, URL: &f.url, DirectPath: &f.path,
			MediaKey: f.key, FileEncSHA256: f.sealedSum, FileSHA256: f.sum, FileLength: &f.length,
		}}, nil
	case a.File != nil:
		return s.filed(a), nil
	case a.Contact != nil:
		digits := strings.TrimPrefix(a.Contact.Phone, "+")
		card := fmt.Sprintf("BEGIN:VCARD\nVERSION:3.0\nFN:%s\nTEL;type=CELL;waid=%s:%s\nEND:VCARD", a.Name, digits, a.Contact.Phone)
		return &waE2E.Message{ContactMessage: &waE2E.ContactMessage{DisplayName: &a.Name, Vcard: &card}}, nil
	case a.Location != nil:
		lat, err := a.Location.Lat.Float64()
		if err != nil {
			return nil, fmt.Errorf("latitude: %w", err)
		}
		lon, err := a.Location.Lon.Float64()
		if err != nil {
			return nil, fmt.Errorf("longitude: %w", err)
		}
		return &waE2E.Message{LocationMessage: &waE2E.LocationMessage{DegreesLatitude: &lat, DegreesLongitude: &lon}}, nil
	}
	return &waE2E.Message{Conversation: &a.Text}, nil
}

func some(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
