package verify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"besedka/core/fiscal"
)

const (
	authPath       = "/open-api/AuthService/0.1"
	ticketPath     = "/open-api/ais3/KktService/0.1"
	maxReply       = 4 << 20 // bytes; the longest receipts are some hundred kilobytes
	maxUserToken   = 160     // characters of base64, the service's limit
	connectTimeout = 2 * time.Second
	refreshBefore  = 60 * time.Second // of the token's end
)

// RequestTimeout is how long the service may keep us waiting for an answer.
const RequestTimeout = 10 * time.Second

// Client speaks to the FNS open API. It is safe for use by many goroutines.
type Client struct {
	url         string // https://openapi.nalog.ru:8090, without a slash at the end
	masterToken string
	http        *http.Client
	anonymous   bool

	mu       sync.Mutex
	token    string
	expires  time.Time
	fetching *fetching // nil while nobody fetches a token
}

// New makes a client of the service at url with the contract's master token.
func New(url, masterToken string) *Client {
	return &Client{url: strings.TrimRight(url, "/"), masterToken: masterToken, http: newHTTP()}
}

// Anonymous leaves out for whom a receipt is asked: newer documents of the service
// are said to drop that header.
func (c *Client) Anonymous() *Client {
	c.anonymous = true
	return c
}

// newHTTP is patient with a provider for as long as was agreed, and follows nobody
// who sends us elsewhere.
func newHTTP() *http.Client {
	return &http.Client{
		Timeout: RequestTimeout,
		Transport: &http.Transport{
			DialContext:         (&net.Dialer{Timeout: connectTimeout}).DialContext,
			Proxy:               http.ProxyFromEnvironment,
			TLSHandshakeTimeout: connectTimeout,
			MaxIdleConnsPerHost: 32,
			IdleConnTimeout:     time.Minute,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Send asks for one receipt and returns the message under which the answer will
// be found. It spends one request of the quota even when the reply is lost. The
// error is a *Failure.
func (c *Client) Send(ctx context.Context, now time.Time, q Query) (messageID string, err error) {
	r, err := c.ask(ctx, now, call{action: "urn:SendMessageRequest", user: q.User, body: sendRequest(q)})
	if err != nil {
		return "", err
	}
	if r.Body.Sent == nil || r.Body.Sent.MessageID == "" {
		return "", &Failure{Class: Protocol, cause: errors.New("no message id in the reply")}
	}
	return r.Body.Sent.MessageID, nil
}

// Poll looks for the answer to the Send that returned messageID; user is that of
// its Query. The error is a *Failure.
func (c *Client) Poll(ctx context.Context, now time.Time, user, messageID string) (Answer, error) {
	r, err := c.ask(ctx, now, call{action: "urn:GetMessageRequest", user: user, body: pollRequest(messageID)})
	if err != nil {
		return Answer{}, err
	}
	m := r.Body.Message
	switch {
	case m == nil:
		return Answer{}, &Failure{Class: Protocol, cause: errors.New("no message in the reply")}
	case m.Status == "PROCESSING":
		return Answer{Class: Processing}, nil
	case m.Status != "COMPLETED" || m.Message.Ticket == nil:
		return Answer{}, &Failure{Class: Protocol, cause: fmt.Errorf("message is %q without a ticket", m.Status)}
	}
	return m.Message.Ticket.answer()
}

// answer reads the result of a GetTicketRequest.
func (t *ticket) answer() (Answer, error) {
	a := Answer{Code: t.Code, Text: t.Message, Class: answers[t.Code]}
	if a.Class == "" {
		return Answer{}, &Failure{
			Class: classOf(t.Code), Code: t.Code,
			cause: fmt.Errorf("code %q: %s%s", t.Code, t.Message, t.Fault),
		}
	}
	if a.Class != Verified {
		return a, nil
	}
	var err error
	if a.Receipt, err = fiscal.ParseReceipt([]byte(t.Ticket)); err != nil { // of this receipt, and maybe for good
		return Answer{}, &Failure{Class: Unknown, Code: t.Code, cause: err}
	}
	return a, nil
}

// call is one request to the ticket service.
type call struct {
	action, user, body string
}

// ask makes a call with the temporary token; a token refused is fetched anew once.
func (c *Client) ask(ctx context.Context, now time.Time, q call) (*reply, error) {
	token, err := c.auth(ctx, now, "")
	if err != nil {
		return nil, err
	}
	r, err := c.post(ctx, now, ticketPath, token, q)
	var failure *Failure
	if !errors.As(err, &failure) || failure.Class != Auth {
		return r, err
	}
	if token, err = c.auth(ctx, now, token); err != nil {
		return nil, err
	}
	return c.post(ctx, now, ticketPath, token, q)
}

// fetching is one fetch of a token, which serves all who came while it went on.
// They share its failure too: each trying for themselves, sixteen would wait
// sixteen times as long as one.
type fetching struct {
	done  chan struct{}
	token string
	err   error
}

// auth returns a temporary token that is not the refused one.
func (c *Client) auth(ctx context.Context, now time.Time, refused string) (string, error) {
	token, f, mine := c.atHand(now, refused)
	if token != "" {
		return token, nil
	}
	if mine {
		c.carryOut(ctx, now, f)
	}
	select {
	case <-f.done:
		return f.token, f.err
	case <-ctx.Done():
		return "", &Failure{Class: Outage, cause: ctx.Err()}
	}
}

// atHand gives the token at hand, or the fetch to wait for; mine says that it is
// the caller who has to make it.
func (c *Client) atHand(now time.Time, refused string) (token string, f *fetching, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token != "" && c.token != refused && now.Before(c.expires.Add(-refreshBefore)) {
		return c.token, nil, false
	}
	if c.fetching != nil {
		return "", c.fetching, false
	}
	c.fetching = &fetching{done: make(chan struct{})}
	return "", c.fetching, true
}

// carryOut makes the fetch and lets everybody know.
func (c *Client) carryOut(ctx context.Context, now time.Time, f *fetching) {
	token, expires, err := c.fetch(ctx, now)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.token, c.expires = token, expires
	}
	f.token, f.err, c.fetching = token, err, nil
	close(f.done)
}

func (c *Client) fetch(ctx context.Context, now time.Time) (token string, expires time.Time, err error) {
	r, err := c.post(ctx, now, authPath, "", call{action: "urn:GetMessageRequest", body: authRequest(c.masterToken)})
	if err != nil {
		return "", time.Time{}, err
	}
	if r.Body.Auth == nil || r.Body.Auth.Response == nil {
		return "", time.Time{}, &Failure{Class: Protocol, cause: errors.New("no token in the reply")}
	}
	got := r.Body.Auth.Response
	if got.Fault != "" || got.Token == "" {
		return "", time.Time{}, &Failure{Class: Auth, cause: fmt.Errorf("master token refused: %s", got.Fault)}
	}
	if expires, err = time.Parse(time.RFC3339, got.Expires); err != nil {
		return "", time.Time{}, &Failure{Class: Protocol, cause: fmt.Errorf("token's end: %w", err)}
	}
	return got.Token, expires, nil
}
