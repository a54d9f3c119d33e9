package max

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"besedka/bots"
)

// request is one call of the Bot API. ID is the outbox row's, so that a proxy's
// log, or the fake, can tell repeated sends.
type request struct {
	method, path string
	query        url.Values
	id           string
	body         any // nil = none
}

// call makes a request in its turn and decodes the answer. Its errors are those of
// package bots.
func (a *Adapter) call(ctx context.Context, r request, into any) error {
	if err := a.pace.Wait(ctx); err != nil {
		return fmt.Errorf("%w: %w", bots.ErrUnavailable, err)
	}
	return a.ask(ctx, a.sends, r, into)
}

func (a *Adapter) ask(ctx context.Context, c *http.Client, r request, into any) error {
	body, err := json.Marshal(r.body)
	if err != nil {
		return fmt.Errorf("%w: %w", bots.ErrRejected, err)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, a.cfg.Server+r.path+"?"+r.query.Encode(), bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%w: bad address of the bot api", bots.ErrUnavailable)
	}
	if r.body == nil {
		req.Body, req.ContentLength = http.NoBody, 0
	}
	req.Header.Set("Authorization", a.cfg.Token)
	req.Header.Set("Content-Type", "application/json")
	if r.id != "" {
		req.Header.Set("X-Request-Id", r.id)
	}
	answer, err := bots.Call(c, req)
	if err != nil {
		return fmt.Errorf("%s %s: %w", r.method, r.path, err)
	}
	return read(answer, r, into)
}

// read decodes a good answer; any other becomes an error.
func read(answer bots.Answer, r request, into any) error {
	err := answer.Stranger()
	if err == nil && answer.Status != http.StatusOK {
		err = refusal(answer)
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", r.method, r.path, err)
	}
	if json.Unmarshal(answer.Body, into) != nil { // its words may be the message
		return fmt.Errorf("%w: %s %s: unreadable answer", bots.ErrUnknownOutcome, r.method, r.path)
	}
	return nil
}

// errNotReady: MAX still works on what was uploaded.
var errNotReady = errors.New("attachment not ready")

// noReason is how long to leave MAX in peace when it does not say.
const noReason = time.Second

// refusal says in the words of package bots why MAX refused. MAX's own words may
// quote the message, so of those only the code and the key are told.
func refusal(answer bots.Answer) error {
	var said struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	_ = json.Unmarshal(answer.Body, &said) // the status says most
	if answer.Status == http.StatusTooManyRequests {
		after, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
		return &bots.ThrottledError{After: max(time.Duration(after)*time.Second, noReason)}
	}
	key := keyShape.FindString(said.Message)
	if said.Code == "attachment.not.ready" {
		return fmt.Errorf("%w: %w", bots.ErrUnavailable, errNotReady)
	}
	return fmt.Errorf("%w: %d %s %s", kindOf(answer.Status, said.Code, key), answer.Status, codeShape.FindString(said.Code), key)
}

// «Key: error.dialog.suspended, args: [1]»
var (
	codeShape = regexp.MustCompile(`^[\w.]{1,64}$`)
	keyShape  = regexp.MustCompile(`\berrors?(\.\w+){1,6}`)
)

// gone are the codes of 404 that mean the person, not the address of the call.
var gone = map[string]bool{"chat.not.found": true, "dialog.not.found": true, "user.not.found": true}

func kindOf(status int, code, key string) error {
	switch {
	case status == http.StatusUnauthorized:
		return bots.ErrUnauthorized
	case status == http.StatusForbidden && (code == "chat.denied" || key == "error.dialog.suspended"), gone[code], key == "error.dialog.notfound":
		return bots.ErrBlocked
	case status >= http.StatusBadRequest:
		return bots.ErrRejected
	}
	return bots.ErrUnavailable // a redirect, which leads the token astray
}
