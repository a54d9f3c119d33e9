package viber

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"besedka/bots"
)

// call makes a request and decodes the answer. id is the outbox row's, or "". Its
// errors are those of package bots.
func (a *Adapter) call(ctx context.Context, method, id string, ask, into any) error {
	body, err := encode(ask)
	if err != nil {
		return fmt.Errorf("%w: %w", bots.ErrRejected, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.cfg.Server+"/pa/"+method, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%w: bad address of the api", bots.ErrUnavailable)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Viber-Auth-Token", a.cfg.Token)
	if id != "" {
		req.Header.Set("X-Request-Id", id)
	}
	answer, err := bots.Call(a.calls, req)
	if err == nil {
		err = read(answer, into)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	return nil
}

// encode spells < and & in one byte each: a request has room for 30 KB.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

// read takes an answer apart. A refusal comes with HTTP status 200 and a status of its
// own; its words repeat what was asked.
func read(answer bots.Answer, into any) error {
	if err := answer.Stranger(); err != nil {
		return err
	}
	var said struct {
		Status *int `json:"status"`
	}
	switch err := json.Unmarshal(answer.Body, &said); {
	case err == nil && said.Status != nil && *said.Status != 0:
		return refusal(*said.Status)
	case answer.Status >= http.StatusMultipleChoices:
		return fmt.Errorf("%w: status %d", bots.ErrUnavailable, answer.Status)
	case err != nil || said.Status == nil || json.Unmarshal(answer.Body, into) != nil:
		return fmt.Errorf("%w: unreadable answer", bots.ErrUnknownOutcome)
	}
	return nil
}

// tooMany is how long to leave Viber in peace: it does not say. It may be of one
// person, who got a hundred messages within an hour and answered none.
const tooMany = time.Minute

// refusal says in the words of package bots what an error code means,
// developers.viber.com/docs/api/rest-bot-api, error codes.
func refusal(code int) error {
	if code == 12 {
		return &bots.ThrottledError{After: tooMany}
	}
	return fmt.Errorf("%w: error %d", kindOf(code), code)
}

func kindOf(code int) error {
	switch code {
	case 2, 7, 8, 9, 15: // the token; the bot is blocked, gone, suspended or not authorized
		return bots.ErrUnauthorized
	case 5, 6: // no longer in Viber; not subscribed, or not any more
		return bots.ErrBlocked
	case 10, 23, 24: // no webhook yet; the month's free messages or the money ran out
		return bots.ErrUnavailable
	}
	if code < 0 || code > 24 { // a general error: it may have gone out
		return bots.ErrUnknownOutcome
	}
	return bots.ErrRejected // 1 the webhook's address, 3 and 4 the request, 11 and 13 their Viber is too old …
}
