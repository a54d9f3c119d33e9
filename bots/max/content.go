package max

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"besedka/bots"
	"besedka/core/chat"
)

// content is a MessageBody.
type content struct {
	MID         string     `json:"mid"`
	Text        string     `json:"text"`
	Attachments []attached `json:"attachments"`
	Markup      []mark     `json:"markup"`
}

// attached is an attachment, whose payload is read once its type is known.
type attached struct {
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
	Name    string          `json:"filename"`
	Lat     json.Number     `json:"latitude"`
	Lon     json.Number     `json:"longitude"`
}

// mark marks a part of a text; only a link behind words has a URL here.
type mark struct {
	URL string `json:"url"`
}

// said is the content of a message, one Received each picture. What is forwarded
// counts as the person's own, but for a contact.
func (a *Adapter) said(m message, lang, key string, at time.Time) []bots.Received {
	body, forwarded := m.Body, false
	if m.Link != nil && m.Link.Type == "forward" && body.Text == "" && len(body.Attachments) == 0 {
		body, forwarded = m.Link.Message, true
	}
	first := chat.Inbound{Name: m.Sender.name(), Lang: lang, Text: body.Text, Links: links(body.Markup)}
	if m.Link != nil && m.Link.Type == "reply" {
		first.Answers = m.Link.Message.MID
	}
	photos := photos(body.Attachments)
	if len(photos) == 0 {
		if first.Text == "" {
			a.other(&first, body.Attachments, m.Sender, forwarded)
		} else {
			first.File = firstFile(body.Attachments)
		}
		return []bots.Received{{Key: key, Peer: m.Sender.peer(), At: at, In: first}}
	}
	var all []bots.Received
	for i, p := range photos {
		r := bots.Received{Key: key, Peer: m.Sender.peer(), At: at, In: first}
		if i > 0 {
			r.Key, r.In.Text, r.In.Links = fmt.Sprintf("%s/%d", key, i), "", ""
		}
		if len(photos) > 1 {
			r.In.Album = key
		}
		r.In.Photo = &p
		all = append(all, r)
	}
	return all
}

// photos are the pictures and documents that there is an address of.
func photos(all []attached) (photos []chat.Photo) {
	for _, at := range all {
		var p struct {
			URL string `json:"url"`
		}
		_ = json.Unmarshal(at.Payload, &p) // of another shape it has no address
		pdf := bots.NamedPDF(at.Name)
		picture := at.Type == "image" || bots.NamedPicture(at.Name)
		if p.URL != "" && (at.Type == "image" || at.Type == "file") && (pdf || picture) {
			photos = append(photos, chat.Photo{Remote: p.URL, PDF: pdf})
		}
	}
	return photos
}

// other reads a message without words and pictures.
func (a *Adapter) other(in *chat.Inbound, all []attached, sender user, forwarded bool) {
	in.Unknown = "empty"
	for _, at := range all {
		switch at.Type {
		case "contact":
			in.Contact, in.Unknown = a.contact(at.Payload, sender, forwarded), ""
		case "location":
			in.Location, in.Unknown = &chat.Point{Lat: at.Lat.String(), Lon: at.Lon.String()}, ""
		default:
			in.Unknown = at.Type
			if in.File = file(at); in.File == nil {
				continue
			}
			in.Unknown = ""
		}
		return
	}
}

// firstFile is what the words of a message stand under; nil when that is no file.
func firstFile(all []attached) *chat.File {
	for _, at := range all {
		if f := file(at); f != nil {
			return f
		}
	}
	return nil
}

// kinds are the attachments that are kept for people to look at.
var kinds = map[string]chat.FileKind{"audio": chat.Voice, "video": chat.Video, "file": chat.Document, "sticker": chat.Sticker}

// file is an attachment that there is an address of; nil for any other.
func file(at attached) *chat.File {
	var p struct {
		URL string `json:"url"`
	}
	_ = json.Unmarshal(at.Payload, &p) // of another shape it has no address
	if kinds[at.Type] == "" || p.URL == "" {
		return nil
	}
	return &chat.File{Kind: kinds[at.Type], Remote: p.URL, Name: at.Name}
}

// links are the addresses behind words, one on a line.
func links(marks []mark) string {
	var all []string
	for _, e := range marks[:min(len(marks), maxLinks)] {
		if e.URL != "" {
			all = append(all, e.URL)
		}
	}
	return strings.Join(all, "\n")
}

const maxLinks = 50 // marks of one message that are looked at
