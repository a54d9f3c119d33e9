package vk

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"besedka/bots"
	"besedka/core/chat"
)

// event is what we read of an event: only the fields we use. Its object is read
// once its type is known.
type event struct {
	ID     string          `json:"event_id"`
	Type   string          `json:"type"`
	Group  int64           `json:"group_id"`
	Object json.RawMessage `json:"object"`
}

type message struct {
	From        int64      `json:"from_id"`
	Peer        int64      `json:"peer_id"`
	Date        int64      `json:"date"`
	Text        string     `json:"text"`
	Ref         string     `json:"ref"`     // of the link vk.me/…?ref=
	Payload     string     `json:"payload"` // of a key that typed its title
	Attachments []attached `json:"attachments"`
	Forwarded   []content  `json:"fwd_messages"`
	Geo         *struct {
		At struct {
			Lat json.Number `json:"latitude"`
			Lon json.Number `json:"longitude"`
		} `json:"coordinates"`
	} `json:"geo"`
}

// content is what a forwarded message says.
type content struct {
	Text        string     `json:"text"`
	Attachments []attached `json:"attachments"`
}

type attached struct {
	Type  string `json:"type"`
	Photo struct {
		Sizes []size `json:"sizes"`
		Whole *size  `json:"orig_photo"`
	} `json:"photo"`
	Doc struct {
		Title string `json:"title"`
		URL   string `json:"url"`
		Bytes int64  `json:"size"`
	} `json:"doc"`
	Voice struct {
		MP3 string `json:"link_mp3"`
		Ogg string `json:"link_ogg"`
	} `json:"audio_message"`
	Sticker struct {
		Images []size `json:"images"`
	} `json:"sticker"`
}

type size struct {
	URL   string `json:"url"`
	Width int    `json:"width"`
}

// tap is a message_event, which waits for an answer.
type tap struct {
	Event   string          `json:"event_id"`
	User    int64           `json:"user_id"`
	Peer    int64           `json:"peer_id"`
	Payload json.RawMessage `json:"payload"`
}

// news is a batch and what has to be said to VK once it is committed.
type news struct {
	bots.Batch
	taps []tap
}

// read reads events one by one; what cannot be read becomes poison, under a key of
// its own, so that it is kept once however often it comes.
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
	var e event
	if err := json.Unmarshal(raw, &e); err != nil {
		return err
	}
	if e.ID == "" {
		return errors.New("an event without an id")
	}
	switch e.Type {
	case "message_new":
		return a.written(n, e)
	case "message_event":
		return a.tapped(n, e)
	case "message_deny":
		return a.denied(n, e)
	}
	return nil // the community's settings say what is told: it is nothing to us
}

func (a *Adapter) written(n *news, e event) error {
	var o struct {
		Message message `json:"message"`
	}
	if err := json.Unmarshal(e.Object, &o); err != nil {
		return err
	}
	m := o.Message
	if m.From <= 0 || m.Peer != m.From {
		return nil // a conversation of many, or a community's own words
	}
	n.Messages = append(n.Messages, came(m)...)
	n.Messages = append(n.Messages, said(m, e.ID)...)
	return nil
}

// came is by which link a person came who writes words of their own at once. VK may
// tell of it again with what they write later: it counts once. The key for newcomers is
// heard whenever it is pressed, but uses the link up as well, or what they write next
// would begin anew; in its place stands that they let us write.
func came(m message) []bots.Received {
	if m.Ref == "" {
		return nil
	}
	in := chat.Inbound{Start: m.Ref}
	if m.Payload == begin {
		in = chat.Inbound{Unblocked: true}
	}
	return []bots.Received{{Key: "ref/" + m.Ref, Peer: strconv.FormatInt(m.From, 10), At: time.Unix(m.Date, 0), In: in}}
}

func (a *Adapter) tapped(n *news, e event) error {
	var t tap
	if err := json.Unmarshal(e.Object, &t); err != nil {
		return err
	}
	if t.User <= 0 || t.Peer != t.User {
		return nil
	}
	var p payload
	_ = json.Unmarshal(t.Payload, &p) // a key that is not ours is a tap on nothing
	n.taps = append(n.taps, t)
	in := chat.Inbound{Tap: p.Tap}
	if p.Tap == "" {
		in.Unknown = "message_event"
	}
	n.Messages = append(n.Messages, bots.Received{Key: e.ID, Peer: strconv.FormatInt(t.User, 10), At: a.cfg.Now(), In: in})
	return nil
}

func (a *Adapter) denied(n *news, e event) error {
	var o struct {
		User int64 `json:"user_id"`
	}
	if err := json.Unmarshal(e.Object, &o); err != nil {
		return err
	}
	if o.User <= 0 {
		return errors.New("nobody denies messages")
	}
	n.Messages = append(n.Messages, bots.Received{Key: e.ID, Peer: strconv.FormatInt(o.User, 10), At: a.cfg.Now(), In: chat.Inbound{Blocked: true}})
	return nil
}

// said is the content of a message, one Received each picture. What is forwarded
// counts as the person's own.
func said(m message, key string) []bots.Received {
	body := content{m.Text, m.Attachments}
	if body.Text == "" && len(body.Attachments) == 0 && len(m.Forwarded) > 0 {
		body = m.Forwarded[0]
	}
	r := bots.Received{Key: key, Peer: strconv.FormatInt(m.From, 10), At: time.Unix(m.Date, 0), In: chat.Inbound{Text: body.Text}}
	photos := photos(body.Attachments)
	switch {
	case len(photos) > 0:
		return album(r, photos)
	case m.Geo != nil:
		r.In = chat.Inbound{Location: &chat.Point{Lat: m.Geo.At.Lat.String(), Lon: m.Geo.At.Lon.String()}}
	case m.Payload == begin && m.Ref != "":
		r.In = chat.Inbound{Start: m.Ref}
	case m.Payload == begin:
		r.In.Text = "/start"
	case firstFile(body.Attachments) != nil:
		r.In.File = firstFile(body.Attachments)
	case body.Text == "" && len(body.Attachments) > 0:
		r.In.Unknown = body.Attachments[0].Type
	case body.Text == "":
		r.In.Unknown = "empty"
	}
	return []bots.Received{r}
}

// begin is the payload of the key that VK offers a newcomer.
const begin = `{"command":"start"}`

func album(first bots.Received, photos []chat.Photo) (all []bots.Received) {
	for i, p := range photos {
		r := first
		r.In.Photo = &p
		if len(photos) > 1 {
			r.In.Album = first.Key
		}
		if i > 0 {
			r.Key, r.In.Text = fmt.Sprintf("%s/%d", first.Key, i), ""
		}
		all = append(all, r)
	}
	return all
}

// photos are the pictures and documents that there is an address of.
func photos(all []attached) (photos []chat.Photo) {
	for _, at := range all {
		pdf := bots.NamedPDF(at.Doc.Title)
		picture := bots.NamedPicture(at.Doc.Title)
		switch {
		case at.Type == "photo" && at.largest() != "":
			photos = append(photos, chat.Photo{Remote: at.largest()})
		case at.Type == "doc" && at.Doc.URL != "" && (pdf || picture):
			photos = append(photos, chat.Photo{Remote: at.Doc.URL, PDF: pdf})
		}
	}
	return photos
}

// largest is the address of the photo as it was sent, or of its widest copy.
func (a attached) largest() string {
	if w := a.Photo.Whole; w != nil && w.URL != "" {
		return w.URL
	}
	return widest(a.Photo.Sizes)
}

func widest(all []size) string {
	if len(all) == 0 {
		return ""
	}
	return slices.MaxFunc(all, func(x, y size) int { return x.Width - y.Width }).URL
}
