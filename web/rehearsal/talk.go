package rehearsal

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/skip2/go-qrcode"
)

// said is the body of an inbound: who, and one of the rest.
type said struct {
	From name   `json:"from"`
	Name string `json:"name"`
	Lang string `json:"lang"`
	ID   name   `json:"id"`

	Text     string    `json:"text"`
	Button   string    `json:"button"`
	Contact  *Contact  `json:"contact"`
	Photo    *photo    `json:"photo"`
	File     *File     `json:"file"`
	Location *Location `json:"location"`
	Edit     string    `json:"edit"`
}

// photo is a QR code to draw, or the bytes of whatever is sent as a picture.
type photo struct {
	QR     string `json:"qr"`
	Base64 []byte `json:"base64"`
}

// Location is a point on the map, in degrees.
type Location struct {
	Lat json.Number `json:"lat"`
	Lon json.Number `json:"lon"`
}

// name is an id, written as a string or as a number.
type name string

// UnmarshalJSON implements json.Unmarshaler.
func (n *name) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		return json.Unmarshal(text, (*string)(n))
	}
	var number json.Number
	if err := json.Unmarshal(text, &number); err != nil {
		return errors.New("from and id are strings or numbers")
	}
	*n = name(number)
	return nil
}

// inbound lets a person act and answers with what the bot said to that.
func (s *server) inbound(w http.ResponseWriter, r *http.Request) error {
	c, err := s.channel(r.PathValue("channel"))
	if err != nil {
		return err
	}
	var in said
	if err := decode(w, r, &in); err != nil {
		return err
	}
	act, err := in.act()
	if err != nil {
		return err
	}
	s.republish(r)
	after, err := c.Do(r.Context(), act)
	if err != nil {
		return err
	}
	if err := s.play.settle(r.Context()); err != nil {
		return err
	}
	heard, err := c.Heard(r.Context(), act.From, after)
	if err != nil {
		return err
	}
	return reply(w, map[string][]Message{"replies": list(heard)})
}

// act checks that a person does exactly one thing.
func (in said) act() (Act, error) {
	a := Act{
		From: string(in.From), Name: in.Name, Lang: in.Lang, ID: string(in.ID),
		Text: in.Text, Button: in.Button, Contact: in.Contact, Location: in.Location,
		File: in.File, Edit: in.Edit,
	}
	given := 0
	for _, is := range []bool{in.Text != "", in.Button != "", in.Contact != nil, in.Photo != nil, in.Location != nil, in.File != nil, in.Edit != ""} {
		if is {
			given++
		}
	}
	switch {
	case in.From == "":
		return a, unfit("bad_inbound", "from must say who acts")
	case given != 1:
		return a, unfit("bad_inbound", "give exactly one of text, button, contact, photo, file, location, edit")
	case in.Photo == nil:
		return a, nil
	}
	var err error
	a.Photo, err = in.Photo.bytes()
	return a, err
}

// qrSide is the side of a drawn code in pixels.
const qrSide = 480

func (p photo) bytes() ([]byte, error) {
	switch {
	case (p.QR == "") == (len(p.Base64) == 0):
		return nil, unfit("bad_photo", "a photo has either qr or base64")
	case p.QR == "":
		return p.Base64, nil
	}
	drawn, err := qrcode.Encode(p.QR, qrcode.Medium, qrSide)
	if err != nil {
		return nil, unfit("bad_photo", err.Error())
	}
	return drawn, nil
}

// outbound lists what the bot said to a person.
func (s *server) outbound(w http.ResponseWriter, r *http.Request) error {
	c, err := s.channel(r.PathValue("channel"))
	if err != nil {
		return err
	}
	q := r.URL.Query()
	var after int64
	if q.Has("after") {
		if after, err = strconv.ParseInt(q.Get("after"), 10, 64); err != nil || after < 0 {
			return unfit("bad_query", "after must be the n of a message")
		}
	}
	if q.Get("to") == "" {
		return unfit("bad_query", "to must say to whom")
	}
	heard, err := c.Heard(r.Context(), q.Get("to"), after)
	if err != nil {
		return err
	}
	return reply(w, map[string][]Message{"messages": list(heard)})
}

// list is never null.
func list(heard []Message) []Message {
	if heard == nil {
		return []Message{}
	}
	return heard
}
