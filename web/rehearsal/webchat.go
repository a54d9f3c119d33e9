package rehearsal

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"besedka/core/chat"
	"besedka/web"
	"besedka/web/problem"
)

// Webchat is the channel of people in their browsers: it speaks to our own
// site as the chat page does.
type Webchat struct{ site string }

// NewWebchat talks to the site at that address, without a slash at the end.
func NewWebchat(site string) *Webchat { return &Webchat{site} }

// peerForm is what a browser's cookie holds.
var peerForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

// Peer implements Channel: a cookie's value stands for itself, any other name
// for a browser of its own.
func (c *Webchat) Peer(from string) string {
	if peerForm.MatchString(from) {
		return from
	}
	return digest(from)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// Do implements Channel.
func (c *Webchat) Do(ctx context.Context, a Act) (after int64, err error) {
	lines, err := c.lines(ctx, a.From, 0)
	if err != nil {
		return 0, err
	}
	if len(lines) > 0 {
		after = lines[len(lines)-1].N
	}
	key := digest(a.ID)
	if a.ID == "" {
		key = rand.Text()
	}
	if a.File != nil || a.Edit != "" {
		return after, unfit("cannot_act", "the web chat knows neither files beside photos nor edits")
	}
	if a.Photo != nil {
		return after, c.post(ctx, a, "/api/chat/photos?"+url.Values{"key": {key}}.Encode(), "application/octet-stream", a.Photo)
	}
	said, err := posted(a, lines)
	if err != nil {
		return after, err
	}
	said["key"] = key
	body, err := json.Marshal(said)
	if err != nil {
		return after, err
	}
	return after, c.post(ctx, a, "/api/chat/messages", "application/json", body)
}

// posted is what the chat page posts. The page has no location to send, and a link
// opened in it comes as its payload.
func posted(a Act, lines []web.Line) (map[string]string, error) {
	link, opened := strings.CutPrefix(a.Text, "/start ")
	switch {
	case a.Location != nil:
		return nil, unfit("cannot_act", "the web chat cannot send a location")
	case a.Contact != nil:
		return map[string]string{"contact": a.Contact.Phone}, nil
	case a.Button != "":
		token, err := tokenOf(a.Button, lines)
		return map[string]string{"tap": token}, err
	case opened:
		return map[string]string{"start": link}, nil
	}
	return map[string]string{"text": a.Text}, nil
}

// tokenOf finds the newest button with a title.
func tokenOf(title string, lines []web.Line) (string, error) {
	for _, line := range slices.Backward(web.Standing(lines)) {
		i := slices.IndexFunc(line.Buttons, func(b chat.Button) bool { return b.Title == title && b.Token != "" })
		if i >= 0 {
			return line.Buttons[i].Token, nil
		}
	}
	return "", unfit("cannot_act", "the chat has no button with this title")
}

// Heard implements Channel.
func (c *Webchat) Heard(ctx context.Context, from string, after int64) ([]Message, error) {
	lines, err := c.lines(ctx, from, after)
	var heard []Message
	for _, line := range lines {
		if line.From == "shopper" {
			continue
		}
		m := Message{N: line.N, Edits: line.Edits, At: line.At, Text: line.Text, Buttons: []Button{}}
		for _, b := range line.Buttons {
			m.Buttons = append(m.Buttons, Button{Title: b.Title, URL: b.URL})
		}
		if line.Media != nil {
			data, err := c.get(ctx, Act{From: from}, "/api/chat/media/"+line.Media.Ref)
			if err != nil {
				return nil, err
			}
			m.Media = picture(data)
		}
		heard = append(heard, m)
	}
	return heard, err
}

// lines reads a transcript to its end.
func (c *Webchat) lines(ctx context.Context, from string, after int64) (all []web.Line, err error) {
	for {
		data, err := c.get(ctx, Act{From: from}, fmt.Sprintf("/api/chat/messages?after=%d", after))
		if err != nil {
			return nil, err
		}
		var page struct {
			Messages []web.Line `json:"messages"`
		}
		if err := json.Unmarshal(data, &page); err != nil {
			return nil, fmt.Errorf("read transcript: %w", err)
		}
		if len(page.Messages) == 0 {
			return all, nil
		}
		all = append(all, page.Messages...)
		after = all[len(all)-1].N
	}
}

func (c *Webchat) get(ctx context.Context, a Act, path string) ([]byte, error) {
	return c.call(ctx, http.MethodGet, a, path, "", nil)
}

func (c *Webchat) post(ctx context.Context, a Act, path, kind string, body []byte) error {
	_, err := c.call(ctx, http.MethodPost, a, path, kind, body)
	return err
}

// call is one request of a person's browser.
func (c *Webchat) call(ctx context.Context, method string, a Act, path, kind string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.site+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.AddCookie(&http.Cookie{Name: web.PeerCookie, Value: c.Peer(a.From)})
	req.Header.Set("Accept-Language", a.Lang)
	req.Header.Set("Content-Type", kind)
	return read(http.DefaultClient.Do(req))
}

// read reads an answer; a problem of the other side becomes ours.
func read(resp *http.Response, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 == 2 {
		return data, nil
	}
	var p problem.Details
	_ = json.Unmarshal(data, &p) // a problem of another kind has its status at least
	return nil, &refusal{resp.StatusCode, "refused", p.Detail}
}
