package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
)

// maxUpload is the Bot API's limit of an upload; a request is not much longer.
const maxUpload = 50 << 20

// call is one request of the bot. Fields hold strings as they are and
// everything else as JSON, whichever way they came.
type call struct {
	method  string
	id      string // X-Request-Id: the bot's own name of this message
	fields  map[string]string
	uploads map[string][]byte
	names   map[string]string // of uploads
}

func (c call) chat() int64 { return c.int("chat_id") }

func (c call) int(field string) int64 {
	n, _ := strconv.ParseInt(c.fields[field], 10, 64)
	return n
}

// answers is the message that a message answers, 0 none; alone says whether it goes without
// one that is gone, too.
func (c call) answers() (id int64, alone bool) {
	var to struct {
		ID    int64 `json:"message_id"`
		Alone bool  `json:"allow_sending_without_reply"`
	}
	_ = json.Unmarshal([]byte(c.fields["reply_parameters"]), &to) // left out it is empty
	return to.ID, to.Alone
}

// readCall takes JSON, a form or a multipart form, as the Bot API does.
func readCall(method string, w http.ResponseWriter, r *http.Request) (call, error) {
	c := call{method: method, id: r.Header.Get("X-Request-Id"), fields: map[string]string{}, uploads: map[string][]byte{}, names: map[string]string{}}
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload+1<<20)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		return c, c.readJSON(r.Body)
	case "multipart/form-data":
		return c, c.readMultipart(r)
	}
	if err := r.ParseForm(); err != nil {
		return c, fmt.Errorf("can't parse form: %w", err)
	}
	for name := range r.Form {
		c.fields[name] = r.Form.Get(name)
	}
	return c, nil
}

func (c call) readJSON(body io.Reader) error {
	var raw map[string]json.RawMessage
	if err := json.NewDecoder(body).Decode(&raw); err != nil {
		return fmt.Errorf("can't parse JSON object: %w", err)
	}
	for name, v := range raw {
		var s string
		if json.Unmarshal(v, &s) != nil {
			s = string(v)
		}
		c.fields[name] = s
	}
	return nil
}

func (c call) readMultipart(r *http.Request) error {
	form, err := r.MultipartReader()
	if err != nil {
		return err
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) { // a request without parameters has no parts at all
			return nil
		}
		if err != nil {
			return fmt.Errorf("can't parse form: %w", err)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return fmt.Errorf("can't parse form: %w", err)
		}
		if part.FileName() != "" {
			c.uploads[part.FormName()], c.names[part.FormName()] = data, part.FileName()
		} else {
			c.fields[part.FormName()] = string(data)
		}
	}
}
