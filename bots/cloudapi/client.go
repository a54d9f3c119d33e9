package cloudapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

// maxAnswer bounds an answer of the Graph API.
const maxAnswer = 1 << 20

// newClient follows no redirect, which would carry the token elsewhere.
func newClient(timeout time.Duration) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	return &http.Client{
		Transport:     transport,
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// call makes one request of the Graph API and decodes a good answer into out.
func (a *Adapter) call(ctx context.Context, method, path, kind string, body io.Reader, out any) error {
	req, err := a.request(ctx, method, a.cfg.Server+"/"+version+"/"+path, body)
	if err != nil {
		return err
	}
	if body != nil {
		req.Header.Set("Content-Type", kind)
	}
	resp, err := do(a.calls, req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return read(resp, out)
}

func (a *Adapter) request(ctx context.Context, method, address string, body io.Reader) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, &unsentError{errors.New("bad address")}
	}
	req.Header.Set("Authorization", "Bearer "+a.cfg.Token)
	return req, nil
}

// do tells a request that never left from one whose answer is missing.
func do(client *http.Client, req *http.Request) (*http.Response, error) {
	var wrote atomic.Bool
	trace := &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }}
	resp, err := client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err // addresses of files are secrets, too
	}
	if err != nil && !wrote.Load() {
		err = &unsentError{err}
	}
	return resp, err
}

func read(resp *http.Response, out any) error {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if kind != "application/json" && kind != "text/javascript" { // Meta's older spelling of it
		return &strangeError{resp.StatusCode}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return err
	}
	if resp.StatusCode == http.StatusOK {
		if json.Unmarshal(body, out) != nil {
			return &strangeError{resp.StatusCode}
		}
		return nil
	}
	var refused struct {
		Error struct {
			Code int `json:"code"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &refused) != nil || refused.Error.Code == 0 {
		return &strangeError{resp.StatusCode}
	}
	return &refusalError{refused.Error.Code}
}

// unsentError is a call that failed before a byte of it was written.
type unsentError struct{ cause error }

func (e *unsentError) Error() string { return "not sent: " + e.cause.Error() }
func (e *unsentError) Unwrap() error { return e.cause }

// strangeError is an answer that did not come from the Graph API.
type strangeError struct{ status int }

func (e *strangeError) Error() string { return fmt.Sprintf("strange answer with status %d", e.status) }

// refusalError is a refusal by its code. Meta's words are left out: they quote
// what was sent.
type refusalError struct{ code int }

func (e *refusalError) Error() string { return fmt.Sprintf("refused with code %d", e.code) }
