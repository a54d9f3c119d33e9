package courier

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"besedka/core/hook"
	"besedka/core/outside"
)

// maxAnswer is how much of an answer is read, so that its connection serves again; its
// words are nobody's business.
const maxAnswer = 16 << 10

// event is the body: Standard Webhooks 1.0.0, "Payload structure".
type event struct {
	Type      hook.Kind `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      data      `json:"data"`
}

type data struct {
	Conversation int64    `json:"conversation"`
	Member       int64    `json:"member"`
	Channel      string   `json:"channel"`
	Queue        string   `json:"queue,omitempty"`
	Staff        int64    `json:"staff,omitempty"`
	Reason       string   `json:"reason,omitempty"`
	Message      *message `json:"message,omitempty"`
}

type message struct {
	ID   int64   `json:"id,omitempty"`   // of a shopper's: the seen of a reply to it
	Text *string `json:"text,omitempty"` // to who has asked for texts, unless the person is forgotten
}

func (c *Courier) body(ctx context.Context, p parcel) ([]byte, error) {
	e := event{p.Kind, p.At.UTC(), data{Conversation: p.Conversation, Member: p.Member, Channel: p.Channel, Queue: p.Queue, Staff: p.Staff, Reason: p.Reason}}
	if p.Inbox != 0 || p.Said != "" {
		e.Data.Message = &message{ID: p.Inbox}
	}
	if e.Data.Message != nil && p.Texts {
		text, known, err := c.Door.Words(ctx, p.Conversation, p.Inbox, p.Said)
		if err != nil {
			return nil, err
		}
		if known {
			e.Data.Message.Text = &text
		}
	}
	return json.Marshal(e)
}

// post makes the attempt; the error tells neither the body nor the secrets.
func (c *Courier) post(ctx context.Context, now time.Time, p parcel, body []byte) (status int, err error) {
	secrets, err := p.Open(c.Keys, now)
	if err != nil {
		return 0, err
	}
	client, err := c.clientFor(p.URL)
	if err != nil {
		return 0, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, bytes.NewReader(body))
	if err != nil {
		return 0, errors.New("the address cannot be made")
	}
	id := "evt_" + p.Public
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "besedka")
	request.Header.Set("webhook-id", id)
	request.Header.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	request.Header.Set("webhook-signature", hook.Sign(secrets, id, now, body))
	reply, err := client.Do(request)
	if err != nil {
		return 0, outside.WithoutURL(err)
	}
	defer reply.Body.Close() //nolint:errcheck // its status is what counts
	if n := reply.ContentLength; n > 0 && n <= maxAnswer {
		_, _ = io.Copy(io.Discard, reply.Body)
	}
	return reply.StatusCode, nil
}

// clientFor lets an endpoint into our own network only when whoever installed us has named
// its host.
func (c *Courier) clientFor(address string) (*http.Client, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return nil, errors.New("the address cannot be read")
	case slices.Contains(c.Private, u.Host):
		return c.nearby, nil
	case c.Offline:
		return nil, fmt.Errorf("a rehearsal tells nobody of the internet")
	case u.Scheme != "https":
		return nil, errors.New("http is for hosts that are allowed in a network of our own")
	}
	return c.internet, nil
}
