package cloudapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"besedka/bots"
)

// call makes one request of the Graph API and decodes a good answer into out. Its
// errors are those of package bots.
func (a *Adapter) call(ctx context.Context, method, path, kind string, body io.Reader, out any) error {
	req, err := a.request(ctx, method, a.cfg.Server+"/"+version+"/"+path, body)
	if err != nil {
		return err
	}
	if body != nil {
		req.Header.Set("Content-Type", kind)
	}
	answer, err := bots.Call(a.calls, req)
	if err != nil {
		return err
	}
	return read(answer, out)
}

func (a *Adapter) request(ctx context.Context, method, address string, body io.Reader) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, fmt.Errorf("%w: bad address", bots.ErrUnavailable)
	}
	req.Header.Set("Authorization", "Bearer "+a.cfg.Token)
	return req, nil
}

// read tells Meta's answers by their shape, as it has spelled their type in several
// ways: with a code in its refusals, even in those with status 500.
func read(answer bots.Answer, out any) error {
	var refused struct {
		Error struct {
			Code int `json:"code"`
		} `json:"error"`
	}
	if answer.Status == http.StatusOK && json.Unmarshal(answer.Body, out) == nil {
		return nil
	}
	if answer.Status != http.StatusOK && json.Unmarshal(answer.Body, &refused) == nil && refused.Error.Code != 0 {
		return refusal(refused.Error.Code)
	}
	if err := answer.Stranger(); err != nil {
		return err
	}
	if answer.Status >= http.StatusMultipleChoices {
		return fmt.Errorf("%w: refused without a code, with status %d", bots.ErrUnavailable, answer.Status)
	}
	return fmt.Errorf("%w: unreadable answer", bots.ErrUnknownOutcome)
}
