package bots

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"sync/atomic"
	"time"
)

// maxAnswer bounds an answer of a messenger: a hundred updates are far less.
const maxAnswer = 16 << 20

// NewHTTPClient is an HTTP client with a pool of its own: a poll that hangs for a
// minute must not hold a connection that a message waits for. It follows no
// redirect, which would carry the token elsewhere.
func NewHTTPClient(timeout time.Duration) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	return &http.Client{
		Transport:     transport,
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Answer is what came back over HTTP.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Send sends req and says whether all of it left: of what did not, nothing can have
// been done. No error says the URL.
func Send(c *http.Client, req *http.Request) (resp *http.Response, sent bool, err error) {
	var wrote atomic.Bool
	trace := &httptrace.ClientTrace{WroteRequest: func(w httptrace.WroteRequestInfo) { wrote.Store(w.Err == nil) }}
	resp, err = c.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	return resp, wrote.Load(), WithoutURL(err)
}

// Call sends req and reads the answer, whatever its status. A request that
// did not leave is ErrUnavailable, any other failure ErrUnknownOutcome. No error says
// the URL, which may have a secret in it.
func Call(c *http.Client, req *http.Request) (Answer, error) {
	resp, sent, err := Send(c, req)
	switch {
	case err != nil && !sent:
		return Answer{}, fmt.Errorf("%w: not sent: %w", ErrUnavailable, err)
	case err != nil:
		return Answer{}, fmt.Errorf("%w: %w", ErrUnknownOutcome, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return Answer{}, fmt.Errorf("%w: answer cut: %w", ErrUnknownOutcome, err)
	}
	return Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

// Stranger says what became of a request that something between us and the
// messenger answered, or a messenger that fell over; nil when the answer is one of
// its own, in JSON. Who had no answer in time may have passed the message on
// first; who says that it is out of service has not looked at it.
func (a Answer) Stranger() error {
	kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	own := kind == "application/json" && a.Status < http.StatusInternalServerError
	switch {
	case own:
		return nil
	case a.Status == http.StatusRequestEntityTooLarge:
		return fmt.Errorf("%w: strange answer with status %d", ErrRejected, a.Status)
	case a.Status == http.StatusServiceUnavailable:
		return fmt.Errorf("%w: strange answer with status %d", ErrUnavailable, a.Status)
	case a.Status < http.StatusMultipleChoices, a.Status >= http.StatusInternalServerError:
		return fmt.Errorf("%w: strange answer with status %d", ErrUnknownOutcome, a.Status)
	}
	return fmt.Errorf("%w: strange answer with status %d", ErrUnavailable, a.Status)
}

// Download fetches the file at an address that the messenger has given, for
// Adapter.Fetch. It shows no token: such addresses are their own proof. So it goes where
// they lead: VK's of a document leads to the server that has it.
func Download(ctx context.Context, c *http.Client, address string, limit int64) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: bad address", ErrGone)
	}
	follows := *c
	follows.CheckRedirect = onward
	return ReadFile(&follows, req, limit, http.StatusNotFound, http.StatusGone, http.StatusForbidden)
}

// ReadFile makes a request of a file, for Adapter.Fetch. A status of gone means that there
// is none any more; with any other but 200 it is worth another try.
func ReadFile(c *http.Client, req *http.Request, limit int64, gone ...int) ([]byte, error) {
	resp, err := c.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w: download: %w", ErrUnavailable, WithoutURL(err))
	}
	defer resp.Body.Close()
	switch {
	case slices.Contains(gone, resp.StatusCode):
		return nil, fmt.Errorf("%w: download: status %d", ErrGone, resp.StatusCode)
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%w: download: status %d", ErrUnavailable, resp.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: download: %w", ErrUnavailable, err)
	case int64(len(data)) > limit:
		return nil, ErrTooBig
	}
	return data, nil
}

// mostHops are more than a file has on its way.
const mostHops = 5

// onward follows a file, but not out of encryption. What is not followed is a strange
// answer.
func onward(to *http.Request, via []*http.Request) error {
	if len(via) > mostHops || to.URL.Scheme != via[0].URL.Scheme {
		return http.ErrUseLastResponse
	}
	to.Header.Del("Referer") // that address is a proof
	return nil
}

// WithoutURL drops the URL, which may have a secret in it.
func WithoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
