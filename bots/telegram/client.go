package telegram

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"

	"besedka/bots"
)

// maxAnswer bounds an answer of the Bot API: a hundred updates are far less.
const maxAnswer = 16 << 20

// doer is the HTTP client handed to the library. It tells apart what the
// library cannot: a request that never left, and an answer that is not the Bot
// API's.
type doer struct{ client *http.Client }

// Do implements bot.HttpClient.
func (d doer) Do(req *http.Request) (*http.Response, error) {
	if id, ok := req.Context().Value(requestID{}).(string); ok {
		req.Header.Set("X-Request-Id", id)
	}
	resp, sent, err := bots.Send(d.client, req)
	switch {
	case err != nil && !sent:
		return nil, &unsentError{err}
	case err != nil:
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

// unsentError is a call that did not leave whole: nothing can have come of it.
type unsentError struct{ cause error }

func (e *unsentError) Error() string { return "not sent: " + e.cause.Error() }
func (e *unsentError) Unwrap() error { return e.cause }

// strangeError is an answer that did not come from the Bot API.
type strangeError struct{ status int }

func (e *strangeError) Error() string { return fmt.Sprintf("strange answer with status %d", e.status) }

type limited struct {
	io.Reader
	io.Closer
}
