package telegram

import (
	"context"
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

// maxAnswer bounds an answer of the Bot API: a hundred updates are far less.
const maxAnswer = 16 << 20

// newClient is an HTTP client of its own pool: a poll that hangs for a minute
// must not hold a connection that a message waits for. It follows no redirect,
// which would carry the token elsewhere.
func newClient(timeout time.Duration) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	return &http.Client{
		Transport:     transport,
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// doer is the HTTP client handed to the library. It tells apart what the
// library cannot: a request that never left, and an answer that is not the Bot
// API's.
type doer struct{ client *http.Client }

// Do implements bot.HttpClient.
func (d doer) Do(req *http.Request) (*http.Response, error) {
	if id, ok := req.Context().Value(requestID{}).(string); ok {
		req.Header.Set("X-Request-Id", id)
	}
	var wrote atomic.Bool
	trace := &httptrace.ClientTrace{WroteRequest: func(w httptrace.WroteRequestInfo) { wrote.Store(w.Err == nil) }}
	resp, err := d.client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		err = withoutURL(err)
		if !wrote.Load() {
			err = &unsentError{err}
		}
		return nil, err
	}
	if err := strange(resp); err != nil {
		resp.Body.Close()
		return nil, err
	}
	resp.Body = limited{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	return resp, nil
}

// strange says why resp is not an answer of the Bot API: a proxy's or a
// balancer's page.
func strange(resp *http.Response) error {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if resp.StatusCode >= http.StatusInternalServerError || kind != "application/json" {
		return &strangeError{resp.StatusCode}
	}
	return nil
}

// requestID is the context key of the outbox id a call carries, so that a
// proxy's log, or the fake, can tell repeated sends.
type requestID struct{}

func withRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestID{}, id)
}

// unsentError is a call that failed before a byte of it was written.
type unsentError struct{ cause error }

func (e *unsentError) Error() string { return "not sent: " + e.cause.Error() }
func (e *unsentError) Unwrap() error { return e.cause }

// strangeError is an answer that did not come from the Bot API.
type strangeError struct{ status int }

func (e *strangeError) Error() string { return fmt.Sprintf("strange answer with status %d", e.status) }

// withoutURL drops the URL, which has the token in it.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

type limited struct {
	io.Reader
	io.Closer
}
