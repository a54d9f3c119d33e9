package vk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"besedka/bots"
)

// version of the API whose shapes we read, dev.vk.com/ru/reference/versions.
const version = "5.199"

// call makes a request in its turn and decodes the response. id is the outbox
// row's, or "". Its errors are those of package bots.
func (a *Adapter) call(ctx context.Context, method, id string, params url.Values, into any) error {
	if err := a.pace.Wait(ctx); err != nil {
		return fmt.Errorf("%w: %w", bots.ErrUnavailable, err)
	}
	params.Set("access_token", a.cfg.Token)
	params.Set("v", version)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.cfg.Server+"/method/"+method, strings.NewReader(params.Encode()))
	if err != nil {
		return fmt.Errorf("%w: bad address of the api", bots.ErrUnavailable)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if id != "" {
		req.Header.Set("X-Request-Id", id)
	}
	answer, err := bots.Call(a.sends, req)
	if err == nil {
		err = read(answer, into)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	return nil
}

func read(answer bots.Answer, into any) error {
	if err := answer.Stranger(); err != nil {
		return err
	}
	var said struct {
		Response json.RawMessage `json:"response"`
		Error    *struct {
			Code int `json:"error_code"`
		} `json:"error"`
	}
	switch err := json.Unmarshal(answer.Body, &said); {
	case err == nil && said.Error != nil: // its words repeat what was asked
		return refusal(said.Error.Code)
	case answer.Status >= http.StatusMultipleChoices:
		return fmt.Errorf("%w: status %d", bots.ErrUnavailable, answer.Status)
	case err != nil || json.Unmarshal(said.Response, into) != nil:
		return fmt.Errorf("%w: unreadable answer", bots.ErrUnknownOutcome)
	}
	return nil
}

// How long to leave VK in peace: it does not say. Flood is of one person, more than
// a thousand messages an hour.
const (
	tooMany = time.Second
	flood   = time.Minute
)

// refusal says in the words of package bots what an error code means,
// dev.vk.com/ru/reference/errors.
func refusal(code int) error {
	switch code {
	case 6, 29: // too many a second; the method's own limit
		return &bots.ThrottledError{After: tooMany}
	case 9, 14: // flood; a captcha is wanted
		return &bots.ThrottledError{After: flood}
	}
	return fmt.Errorf("%w: error %d", kindOf(code), code)
}

func kindOf(code int) error {
	switch code {
	case 1, 10: // unknown and internal: it may have gone out
		return bots.ErrUnknownOutcome
	case 5, 7, 27, 28: // no token, one without the right to messages, or of a community or app that is no longer valid
		return bots.ErrUnauthorized
	case 18, 900, 901, 902, 936, 939, 983: // deleted, or not to be written to, whatever the reason
		return bots.ErrBlocked
	}
	return bots.ErrRejected // 100 a bad parameter, 911 the keyboard, 914 too long, 909 too old to change …
}
